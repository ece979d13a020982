using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Reads and writes models in Hugging Face layout. Call outside dispose scopes: a model's parameters outlive them.</summary>
internal static class ModelFolder
{
    private static readonly string[] s_companions =
    [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
    ];

    /// <summary>Loads a model onto a device in float32. A missing, unexpected or wrongly shaped tensor is an error.</summary>
    public static CausalDecoder Load(string folder, Device device)
    {
        var config = DecoderConfigReader.Read(folder);
        using var weights = new WeightFiles(folder);
        var model = CausalDecoder.Create(config, device);
        try
        {
            Fill(model, weights, folder);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes weights, config and tokenizer files into an existing folder, the latter two as they are in the folder the model came from.</summary>
    public static void Write(string folder, CausalDecoder model, string source)
    {
        foreach (var name in s_companions.Where(name => File.Exists(Path.Combine(source, name))))
        {
            File.Copy(Path.Combine(source, name), Path.Combine(folder, name));
        }

        SafetensorsWriter.Write(
            Path.Combine(folder, WeightFiles.SingleName),
            model.named_parameters().Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter)));
    }

    private static void Fill(CausalDecoder model, WeightFiles weights, string folder)
    {
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter, StringComparer.Ordinal);
        CheckNames(model.Config, parameters.Keys, weights.Names, folder);
        foreach (var (name, parameter) in parameters)
        {
            var entry = weights.Entry(name);
            if (!entry.Shape.AsSpan().SequenceEqual(parameter.shape))
            {
                throw TrainerException.BadInput(
                    $"{weights.FileOf(name)}: tensor {name} has shape {entry.ShapeText}, config.json asks for [{string.Join(", ", parameter.shape)}].");
            }

            using var scope = NewDisposeScope();
            using var grad = no_grad();
            parameter.copy_(weights.Read(name));
        }
    }

    private static void CheckNames(DecoderConfig config, IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> present, string folder)
    {
        var missing = wanted.Except(present, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
        {
            throw TrainerException.BadInput($"The weights in {folder} lack {Listed(missing)}. They do not belong to this config.json.");
        }

        // Some tied checkpoints carry the head once more; it is the embedding and is not read.
        var unexpected = present.Except(wanted, StringComparer.Ordinal)
            .Where(name => !(config.TiedEmbeddings && name == "lm_head.weight")).Order(StringComparer.Ordinal).ToArray();
        if (unexpected.Length > 0)
        {
            throw TrainerException.BadInput($"The weights in {folder} hold {Listed(unexpected)}, which a {config.ModelType} model of this config.json does not have.");
        }
    }

    private static string Listed(string[] names) => names.Length <= 3
        ? string.Join(", ", names)
        : $"{string.Join(", ", names[..3])} and {names.Length - 3} more";
}
