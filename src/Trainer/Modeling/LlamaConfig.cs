namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>config.json of the families that share Llama's layout. What the decoder does not compute is refused, not ignored.</summary>
internal static class LlamaConfig
{
    public static DecoderConfig ReadLlama(ConfigMembers members)
    {
        var bias = members.Flag("attention_bias", absent: false);
        return Shared(members, "llama") with { QueryKeyValueBias = bias, OutputBias = bias, FeedForwardBias = members.Flag("mlp_bias", absent: false) };
    }

    /// <summary>A file without sliding_window has that of the first Mistral; null means none.</summary>
    public static DecoderConfig ReadMistral(ConfigMembers members) => Shared(members, "mistral") with
    {
        SlidingWindow = !members.Names("sliding_window") ? 4096 : members.Has("sliding_window") ? members.Count("sliding_window") : null,
    };

    public static DecoderConfig ReadQwen2(ConfigMembers members)
    {
        RefuseWindow(members);
        return Shared(members, "qwen2") with { QueryKeyValueBias = true };
    }

    public static DecoderConfig ReadQwen3(ConfigMembers members)
    {
        RefuseWindow(members);
        var bias = members.Flag("attention_bias", absent: false);
        return Shared(members, "qwen3", headSize: 128) with { QueryKeyValueBias = bias, OutputBias = bias, QueryKeyNorm = true };
    }

    private static DecoderConfig Shared(ConfigMembers members, string family, int? headSize = null)
    {
        if (members.Has("hidden_act") && members.Text("hidden_act") != "silu")
        {
            throw members.Refuse($"hidden_act {members.Text("hidden_act")} is not supported; silu is");
        }

        var hidden = members.Count("hidden_size");
        var heads = members.Count("num_attention_heads");
        var keyValueHeads = members.Count("num_key_value_heads", heads);
        var size = members.Count("head_dim", headSize ?? hidden / heads);
        if (heads % keyValueHeads != 0)
        {
            throw members.Refuse($"num_attention_heads {heads} is no multiple of num_key_value_heads {keyValueHeads}");
        }

        if (size % 2 != 0)
        {
            throw members.Refuse($"head_dim {size} is odd; rotary positions turn pairs");
        }

        var rotary = RotaryConfig.Read(members);
        return new DecoderConfig
        {
            ModelType = family,
            VocabularySize = members.Count("vocab_size"),
            HiddenSize = hidden,
            IntermediateSize = members.Count("intermediate_size"),
            Layers = members.Count("num_hidden_layers"),
            Heads = heads,
            KeyValueHeads = keyValueHeads,
            HeadSize = size,
            MaxPositions = members.Count("max_position_embeddings", 2048),
            RotaryBase = rotary.Base,
            RotaryScaling = rotary.Scaling,
            NormEpsilon = members.Number("rms_norm_eps", 1e-6),
            TiedEmbeddings = members.Flag("tie_word_embeddings", absent: false),
        };
    }

    private static void RefuseWindow(ConfigMembers members)
    {
        if (members.Flag("use_sliding_window", absent: false))
        {
            throw members.Refuse("use_sliding_window true is not supported: this family uses windows in some layers only");
        }
    }
}
