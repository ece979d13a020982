using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Reads and writes models in Hugging Face layout. Call outside dispose scopes: a model's parameters outlive them.</summary>
internal static class ModelFolder
{
    private static readonly string[] s_tokenizer =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "vocab.json", "merges.txt", "chat_template.jinja",
    ];

    /// <summary>Loads a model onto a device. A missing, unexpected or wrongly shaped tensor is an error, and then nothing is loaded.</summary>
    /// <param name="folder">With config.json and safetensors in F32, F16 or BF16; or an adapter folder, which is loaded with its base model.</param>
    /// <param name="device">Where the weights go.</param>
    /// <param name="type">What the model computes in: float32 (null) or bfloat16.</param>
    public static CausalDecoder Load(string folder, Device device, ScalarType? type = null)
    {
        var weightFolder = AdapterFolder.BaseOf(folder);
        var config = DecoderConfigReader.Read(weightFolder);
        using var weights = new WeightFiles(weightFolder);
        var model = CausalDecoder.Create(config, device, type ?? ScalarType.Float32);
        try
        {
            Fill(model, weights, weightFolder);
            if (AdapterFolder.Is(folder))
            {
                AdapterFolder.Attach(model, folder);
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes a complete model into an existing folder: weights with adapters merged in, config and tokenizer files as they are in the folder the model came from.</summary>
    public static void Write(string folder, CausalDecoder model, string source, WriteOptions? options = null)
    {
        options ??= new WriteOptions();
        var type = options.Type ?? model.DType;
        var weightFolder = AdapterFolder.BaseOf(source);
        ModelConfigFile.Write(Path.Combine(weightFolder, "config.json"), Path.Combine(folder, "config.json"), type);
        Copy(["generation_config.json"], weightFolder, folder);
        CopyTokenizer(source, folder);
        ShardedWriter.Write(folder, Stored(model, type), options.ShardBytes);
    }

    /// <summary>What a complete model writes: its weights by stored name, with adapters merged in.</summary>
    internal static IEnumerable<StoredTensor> Stored(CausalDecoder model, ScalarType type)
    {
        var merged = LoraAdapters.Projections(model).Where(entry => entry.Projection.Adapter is not null)
            .ToDictionary(entry => $"{entry.Name}.weight", entry => entry.Projection, StringComparer.Ordinal);
        return Own(model).Select(entry => new StoredTensor(
            StoredName(model, entry.Key),
            entry.Value.shape,
            type,
            () => merged.TryGetValue(entry.Key, out var projection) ? projection.MergedWeight() : entry.Value));
    }

    /// <summary>Puts stored weights into a model that has no output head of its own here, such as a reward model's decoder.</summary>
    internal static void FillHeadless(CausalDecoder model, WeightFiles weights, string folder)
    {
        model.BareNames = !weights.Names.Any(name => name.StartsWith(model.OptionalPrefix, StringComparison.Ordinal));
        foreach (var (name, parameter) in Own(model).Where(entry => entry.Key != "lm_head.weight"))
        {
            var stored = StoredName(model, name);
            if (!weights.Names.Contains(stored) || !weights.Entry(stored).Shape.AsSpan().SequenceEqual(parameter.shape))
            {
                throw TrainerException.BadInput($"The weights in {folder} have no {stored} of shape [{string.Join(", ", parameter.shape)}]. They do not belong to this config.json.");
            }

            weights.ReadInto(stored, parameter);
        }
    }

    /// <summary>Writes what a run has to keep to go on: the whole model, or the adapters alone where those are what is trained.</summary>
    public static void WriteTrained(string folder, CausalDecoder model, string source)
    {
        if (LoraAdapters.On(model))
        {
            AdapterFolder.Write(folder, model, source);
        }
        else
        {
            Write(folder, model, source);
        }
    }

    /// <summary>Puts what <see cref="WriteTrained"/> wrote back into a model that was made in the same way.</summary>
    public static void Restore(CausalDecoder model, string folder)
    {
        if (LoraAdapters.On(model))
        {
            AdapterFolder.Restore(model, folder);
            return;
        }

        using var weights = new WeightFiles(folder);
        Fill(model, weights, folder);
    }

    internal static void CopyTokenizer(string source, string folder) => Copy(s_tokenizer, source, folder);

    private static void Copy(string[] names, string source, string folder)
    {
        foreach (var name in names.Where(name => File.Exists(Path.Combine(source, name))))
        {
            File.Copy(Path.Combine(source, name), Path.Combine(folder, name));
        }
    }

    /// <summary>Weights by checkpoint name, adapters apart.</summary>
    private static IEnumerable<KeyValuePair<string, Tensor>> Own(CausalDecoder model) => model.named_parameters()
        .Where(entry => !LoraAdapters.Holds(entry.name)).Select(entry => KeyValuePair.Create(entry.name, (Tensor)entry.parameter));

    private static string StoredName(CausalDecoder model, string name) =>
        model.BareNames && name.StartsWith(model.OptionalPrefix, StringComparison.Ordinal) ? name[model.OptionalPrefix.Length..] : name;

    private static void Fill(CausalDecoder model, WeightFiles weights, string folder)
    {
        model.BareNames = !weights.Names.Any(name => name.StartsWith(model.OptionalPrefix, StringComparison.Ordinal));
        var parameters = Own(model).ToDictionary(entry => StoredName(model, entry.Key), entry => entry.Value, StringComparer.Ordinal);
        CheckNames(model, parameters.Keys, weights.Names, folder);
        foreach (var (name, parameter) in parameters)
        {
            var entry = weights.Entry(name);
            if (!is_floating_point(entry.Type))
            {
                throw TrainerException.BadInput($"{weights.FileOf(name)}: tensor {name} has type {entry.Type}; weights are F32, F16 or BF16.");
            }

            if (!entry.Shape.AsSpan().SequenceEqual(parameter.shape))
            {
                throw TrainerException.BadInput(
                    $"{weights.FileOf(name)}: tensor {name} has shape {entry.ShapeText}, config.json asks for [{string.Join(", ", parameter.shape)}].");
            }
        }

        foreach (var (name, parameter) in parameters)
        {
            weights.ReadInto(name, parameter);
        }
    }

    private static void CheckNames(CausalDecoder model, IReadOnlyCollection<string> wanted, IReadOnlyCollection<string> present, string folder)
    {
        var missing = wanted.Except(present, StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        if (missing.Length > 0)
        {
            throw TrainerException.BadInput($"The weights in {folder} lack {Listed(missing)}. They do not belong to this config.json.");
        }

        // Some tied checkpoints carry the head once more; it is the embedding and is not read.
        var unexpected = present.Except(wanted, StringComparer.Ordinal)
            .Where(name => !(model.Config.TiedEmbeddings && name == "lm_head.weight") && !model.Ignores(name)).Order(StringComparer.Ordinal).ToArray();
        if (unexpected.Length > 0)
        {
            throw TrainerException.BadInput($"The weights in {folder} hold {Listed(unexpected)}, which a {model.Config.ModelType} model of this config.json does not have.");
        }
    }

    private static string Listed(string[] names) => names.Length <= 3
        ? string.Join(", ", names)
        : $"{string.Join(", ", names[..3])} and {names.Length - 3} more";
}
