using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests;

/// <summary>A policy folder with the demo's tokenizer and random weights of width 32: real files, a few milliseconds a step.</summary>
internal static class TinyPolicy
{
    private const string Config = """
        {"model_type":"llama","vocab_size":1232,"hidden_size":32,"intermediate_size":48,"num_hidden_layers":2,"num_attention_heads":4,"num_key_value_heads":2,
         "hidden_act":"silu","max_position_embeddings":128,"rms_norm_eps":1e-5,"rope_theta":10000,"tie_word_embeddings":true,"eos_token_id":1231}
        """;

    /// <summary>Config and tokenizer alone.</summary>
    public static string Shape(ScratchFolder scratch, string name)
    {
        var folder = Directory.CreateDirectory(scratch.File(name)).FullName;
        foreach (var file in new[] { "tokenizer.json", "tokenizer_config.json" })
        {
            File.Copy(Path.Combine(AppContext.BaseDirectory, "models", "film-reviews-tiny", file), Path.Combine(folder, file));
        }

        File.WriteAllText(Path.Combine(folder, "config.json"), Config);
        return folder;
    }

    /// <summary>With random weights.</summary>
    public static string Make(ScratchFolder scratch, string name, long seed = 1) => Filled(Shape(scratch, name), seed).Folder;

    /// <summary>Of another width and depth, with random weights.</summary>
    public static (string Folder, long Weights) MakeOf(ScratchFolder scratch, string name, int hidden, int inner, int layers)
    {
        var folder = Shape(scratch, name);
        File.WriteAllText(
            Path.Combine(folder, "config.json"),
            Config.Replace("\"hidden_size\":32,\"intermediate_size\":48,\"num_hidden_layers\":2", $"\"hidden_size\":{hidden},\"intermediate_size\":{inner},\"num_hidden_layers\":{layers}", StringComparison.Ordinal));
        return Filled(folder, seed: 1);
    }

    private static (string Folder, long Weights) Filled(string folder, long seed)
    {
        using var model = CausalDecoder.Create(DecoderConfigReader.Read(folder), CPU);
        WeightInitializer.Fill(model, seed);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), model.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter)));
        return (folder, model.parameters().Sum(parameter => parameter.numel()));
    }

    /// <summary>Pairs whose chosen answers praise and whose rejected ones do not.</summary>
    public static string Pairs(ScratchFolder scratch, string name, int count)
    {
        string[] subjects = ["comedy", "drama", "western", "thriller", "musical", "mystery"];
        string[] aspects = ["the plot", "the acting", "the pacing", "the ending", "the script"];
        return scratch.Write(name, [.. Enumerable.Range(0, count).Select(i =>
            $$"""{"pair_id":"pr_{{i}}","prompt_id":"p_{{i}}","prompt":"In this {{subjects[i % 6]}} about a young baker,","chosen":" {{aspects[i % 5]}} is good. Do not miss it.","rejected":" {{aspects[(i + 2) % 5]}} is boring{{(i % 3 == 0 ? " and lazy" : "")}}. Skip it."}""")]);
    }
}
