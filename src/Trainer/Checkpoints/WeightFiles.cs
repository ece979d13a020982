using System.Text.Json;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>All tensors of a model folder: one <c>model.safetensors</c>, or shards named by <c>model.safetensors.index.json</c>.</summary>
internal sealed class WeightFiles : IDisposable
{
    public const string SingleName = "model.safetensors";
    public const string IndexName = "model.safetensors.index.json";

    private readonly List<SafetensorsFile> _files = [];
    private readonly Dictionary<string, (SafetensorsFile File, TensorEntry Entry)> _tensors = new(StringComparer.Ordinal);

    public WeightFiles(string folder)
    {
        try
        {
            if (File.Exists(Path.Combine(folder, SingleName)) || !File.Exists(Path.Combine(folder, IndexName)))
            {
                Add(Path.Combine(folder, SingleName));
            }
            else
            {
                AddShards(folder);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public IReadOnlyCollection<string> Names => _tensors.Keys;

    public static bool ExistIn(string folder) =>
        File.Exists(Path.Combine(folder, SingleName)) || File.Exists(Path.Combine(folder, IndexName));

    public TensorEntry Entry(string name) => _tensors[name].Entry;

    public string FileOf(string name) => _tensors[name].File.Path;

    public void ReadInto(string name, Tensor target) => _tensors[name].File.ReadInto(_tensors[name].Entry, target);

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private void Add(string path)
    {
        var file = new SafetensorsFile(path);
        _files.Add(file);
        foreach (var entry in file.Entries)
        {
            if (!_tensors.TryAdd(entry.Name, (file, entry)))
            {
                throw SafetensorsHeader.Refuse(path, $"tensor {entry.Name} is also in {FileOf(entry.Name)}");
            }
        }
    }

    private void AddShards(string folder)
    {
        var index = Path.Combine(folder, IndexName);
        var map = ReadIndex(index);
        foreach (var shard in map.Values.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (Path.GetFileName(shard) != shard)
            {
                throw SafetensorsHeader.Refuse(index, $"shard {shard} is not a plain file name");
            }

            Add(Path.Combine(folder, shard));
        }

        foreach (var (name, shard) in map)
        {
            if (!_tensors.TryGetValue(name, out var found) || Path.GetFileName(found.File.Path) != shard)
            {
                throw SafetensorsHeader.Refuse(index, $"it places tensor {name} in {shard}, which does not hold it");
            }
        }
    }

    private static Dictionary<string, string> ReadIndex(string index)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(index));
            return document.RootElement.GetProperty("weight_map").EnumerateObject()
                .ToDictionary(member => member.Name, member => member.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw SafetensorsHeader.Refuse(index, $"it is no weight map ({error.Message})");
        }
    }
}
