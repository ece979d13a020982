namespace Orleans.Dpo.Bench.Trainer;

/// <summary>A model's shape and the work done with it.</summary>
/// <param name="Name">Whose shape it is.</param>
/// <param name="Config">Members of config.json beside the common ones.</param>
/// <param name="Hidden">Width.</param>
/// <param name="Layers">Layers.</param>
/// <param name="MfuGoal">Share of the matrix-product ceiling aimed at.</param>
internal sealed record GpuShape(string Name, string Config, int Hidden, int Layers, double MfuGoal)
{
    public static readonly GpuShape[] Real =
    [
        new("Qwen2.5-0.5B", """
            "architectures":["Qwen2ForCausalLM"],"model_type":"qwen2","vocab_size":151936,"hidden_size":896,"intermediate_size":4864,"num_hidden_layers":24,
            "num_attention_heads":14,"num_key_value_heads":2,"rms_norm_eps":1e-6,"rope_theta":1000000.0,"max_position_embeddings":32768
            """, 896, 24, 0.35),
        new("Llama-3.2-1B", """
            "architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":128256,"hidden_size":2048,"intermediate_size":8192,"num_hidden_layers":16,
            "num_attention_heads":32,"num_key_value_heads":8,"head_dim":64,"rms_norm_eps":1e-5,"rope_theta":500000.0,"max_position_embeddings":131072,
            "rope_scaling":{"rope_type":"llama3","factor":32.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":8192}
            """, 2048, 16, 0.45),
    ];

    public static readonly GpuShape[] Tiny =
    [
        new("tiny", """
            "architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":1232,"hidden_size":32,"intermediate_size":64,"num_hidden_layers":2,
            "num_attention_heads":4,"num_key_value_heads":2,"head_dim":8,"rms_norm_eps":1e-5,"rope_theta":10000.0,"max_position_embeddings":512
            """, 32, 2, 0),
    ];
}
