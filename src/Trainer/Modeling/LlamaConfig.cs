namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>config.json of the family "llama". What the decoder does not compute is refused, not ignored.</summary>
internal static class LlamaConfig
{
    public static DecoderConfig Read(ConfigMembers members)
    {
        RefuseUnsupported(members);
        var hidden = members.Count("hidden_size");
        var heads = members.Count("num_attention_heads");
        var keyValueHeads = members.Count("num_key_value_heads", heads);
        var headSize = members.Count("head_dim", hidden / heads);
        if (heads % keyValueHeads != 0)
        {
            throw members.Refuse($"num_attention_heads {heads} is no multiple of num_key_value_heads {keyValueHeads}");
        }

        if (headSize % 2 != 0)
        {
            throw members.Refuse($"head_dim {headSize} is odd; rotary positions turn pairs");
        }

        return new DecoderConfig
        {
            ModelType = "llama",
            VocabularySize = members.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = members.Count("intermediate_size"),
            Layers = members.Count("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = headSize,
            MaxPositions = members.Count("max_position_embeddings", 2048),
            RotaryBase = RotaryBase(members),
            NormEpsilon = members.Number("rms_norm_eps", 1e-6),
            TiedEmbeddings = members.Flag("tie_word_embeddings", absent: false),
        };
    }

    /// <summary>Newer files hold the base in rope_parameters, older ones in rope_theta.</summary>
    private static double RotaryBase(ConfigMembers members) =>
        members.Object("rope_parameters")?.Number("rope_theta", 10_000) ?? members.Number("rope_theta", 10_000);

    private static void RefuseUnsupported(ConfigMembers members)
    {
        if (members.Has("hidden_act") && members.Text("hidden_act") != "silu")
        {
            throw members.Refuse($"hidden_act {members.Text("hidden_act")} is not supported; silu is");
        }

        foreach (var bias in new[] { "attention_bias", "mlp_bias" })
        {
            if (members.Flag(bias, absent: false))
            {
                throw members.Refuse($"{bias} true is not supported");
            }
        }

        foreach (var name in new[] { "rope_scaling", "rope_parameters" })
        {
            if (members.Object(name) is { } scaling)
            {
                var type = scaling.Has("rope_type") ? scaling.Text("rope_type") : scaling.Has("type") ? scaling.Text("type") : "default";
                if (type != "default")
                {
                    throw members.Refuse($"{name} of type {type} is not supported; only plain rotary positions are");
                }
            }
        }
    }
}
