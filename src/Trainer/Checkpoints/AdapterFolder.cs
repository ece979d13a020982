using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Reads and writes LoRA adapters in PEFT's layout: <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>.</summary>
internal static class AdapterFolder
{
    public const string WeightsName = "adapter_model.safetensors";
    private const string Prefix = "base_model.model.";

    /// <summary>Whether a folder holds an adapter and no model of its own.</summary>
    public static bool Is(string folder) => File.Exists(Path.Combine(folder, AdapterConfig.FileName)) && !WeightFiles.ExistIn(folder);

    /// <summary>The folder of the base model of an adapter folder; any other folder itself.</summary>
    /// <exception cref="TrainerException">The base model is not a folder here.</exception>
    public static string BaseOf(string folder)
    {
        if (!Is(folder))
        {
            return folder;
        }

        var named = AdapterConfig.BaseModel(folder);
        var path = Path.GetFullPath(named, Path.GetFullPath(folder));
        return Directory.Exists(path)
            ? path
            : throw TrainerException.BadInput($"The adapter in {folder} belongs to the base model {named}, which is no folder here. Put the model there, or change base_model_name_or_path in {AdapterConfig.FileName}.");
    }

    /// <summary>Writes the adapters of a model, with tokenizer files, into an existing folder.</summary>
    /// <param name="folder">The target.</param>
    /// <param name="model">With adapters.</param>
    /// <param name="source">The folder that the model was loaded from; its base is recorded.</param>
    public static void Write(string folder, CausalDecoder model, string source)
    {
        var adapted = LoraAdapters.Projections(model).Where(entry => entry.Projection.Adapter is not null).ToArray();
        ModelFolder.CopyTokenizer(source, folder);
        File.WriteAllBytes(
            Path.Combine(folder, AdapterConfig.FileName),
            AdapterConfig.Write(adapted[0].Projection.Adapter!.Options, model.Config.ModelType, Path.GetFullPath(BaseOf(source))));
        SafetensorsWriter.Write(Path.Combine(folder, WeightsName), Matrices(model));
    }

    /// <summary>Puts the adapters of a folder on a model and remembers them as the start of a run.</summary>
    /// <exception cref="TrainerException">The adapters do not fit the model.</exception>
    public static void Attach(CausalDecoder model, string folder)
    {
        LoraAdapters.Place(model, AdapterConfig.Read(folder));
        Restore(model, folder);
        foreach (var adapter in LoraAdapters.Of(model))
        {
            adapter.RememberStart();
        }
    }

    /// <summary>Puts the matrices of a folder into a model that has such adapters.</summary>
    internal static void Restore(CausalDecoder model, string folder)
    {
        var path = Path.Combine(folder, WeightsName);
        if (!File.Exists(path))
        {
            throw TrainerException.BadInput($"{path} does not exist. An adapter folder needs {AdapterConfig.FileName} and {WeightsName}.");
        }

        using var file = new SafetensorsFile(path);
        var entries = file.Entries.ToDictionary(entry => entry.Name, StringComparer.Ordinal);
        var wanted = Matrices(model).ToDictionary(StringComparer.Ordinal);
        foreach (var (name, matrix) in wanted)
        {
            if (!entries.TryGetValue(name, out var entry))
            {
                throw TrainerException.BadInput($"{path} lacks {name}. It does not belong to this model and {AdapterConfig.FileName}.");
            }

            if (!entry.Shape.AsSpan().SequenceEqual(matrix.shape))
            {
                throw TrainerException.BadInput($"{path}: tensor {name} has shape {entry.ShapeText}, the model and {AdapterConfig.FileName} ask for [{string.Join(", ", matrix.shape)}].");
            }
        }

        if (entries.Keys.Except(wanted.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).FirstOrDefault() is { } unexpected)
        {
            throw TrainerException.BadInput($"{path} holds {unexpected}, which this model with this {AdapterConfig.FileName} does not have.");
        }

        foreach (var (name, matrix) in wanted)
        {
            file.ReadInto(entries[name], matrix);
        }
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Matrices(CausalDecoder model) => model.named_parameters()
        .Where(entry => LoraAdapters.Holds(entry.name)).Select(entry => KeyValuePair.Create(Prefix + entry.name, (Tensor)entry.parameter));
}
