namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>config.json of GPT-2, whose members have other names. What the decoder does not compute is refused, not ignored.</summary>
internal static class Gpt2Config
{
    public static DecoderConfig Read(ConfigMembers members)
    {
        var activation = members.Has("activation_function") ? members.Text("activation_function") : "gelu_new";
        if (activation is not ("gelu_new" or "gelu_pytorch_tanh"))
        {
            throw members.Refuse($"activation_function {activation} is not supported; gelu_new is");
        }

        foreach (var (name, only) in new[] { ("scale_attn_weights", true), ("scale_attn_by_inverse_layer_idx", false), ("add_cross_attention", false) })
        {
            if (members.Flag(name, absent: only) != only)
            {
                throw members.Refuse($"{name} {(only ? "false" : "true")} is not supported");
            }
        }

        var (hidden, heads) = (members.Count("n_embd"), members.Count("n_head"));
        if (hidden % heads != 0)
        {
            throw members.Refuse($"n_embd {hidden} is no multiple of n_head {heads}");
        }

        return new DecoderConfig
        {
            ModelType = "gpt2",
            VocabularySize = members.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = members.Count("n_inner", 4 * hidden),
            Layers = members.Count("n_layer"),
            Heads = heads,
            KeyValueHeads = heads,
            HeadSize = hidden / heads,
            MaxPositions = members.Count("n_positions", 1024),
            NormEpsilon = members.Number("layer_norm_epsilon", 1e-5),
            TiedEmbeddings = members.Flag("tie_word_embeddings", absent: true),
        };
    }
}
