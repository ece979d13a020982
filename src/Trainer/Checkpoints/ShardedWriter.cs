using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Writes weights as one <c>model.safetensors</c>, or as shards with <c>model.safetensors.index.json</c> when they exceed a size.</summary>
internal static class ShardedWriter
{
    public static void Write(string folder, IEnumerable<StoredTensor> tensors, long shardBytes)
    {
        var shards = Divide([.. tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal)], shardBytes);
        if (shards.Count == 1)
        {
            SafetensorsWriter.Write(Path.Combine(folder, WeightFiles.SingleName), shards[0]);
            return;
        }

        var places = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < shards.Count; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"model-{i + 1:D5}-of-{shards.Count:D5}.safetensors");
            SafetensorsWriter.Write(Path.Combine(folder, name), shards[i]);
            shards[i].ForEach(tensor => places[tensor.Name] = name);
        }

        WriteIndex(Path.Combine(folder, WeightFiles.IndexName), places, shards.Sum(shard => shard.Sum(tensor => tensor.Bytes)));
    }

    private static List<List<StoredTensor>> Divide(StoredTensor[] tensors, long shardBytes)
    {
        var shards = new List<List<StoredTensor>> { new() };
        var filled = 0L;
        foreach (var tensor in tensors)
        {
            if (filled > 0 && filled + tensor.Bytes > shardBytes)
            {
                shards.Add([]);
                filled = 0;
            }

            shards[^1].Add(tensor);
            filled += tensor.Bytes;
        }

        return shards;
    }

    private static void WriteIndex(string path, SortedDictionary<string, string> places, long totalBytes)
    {
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteStartObject("metadata");
            json.WriteNumber("total_size", totalBytes);
            json.WriteEndObject();
            json.WriteStartObject("weight_map");
            foreach (var (name, file) in places)
            {
                json.WriteString(name, file);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        stream.WriteByte((byte)'\n');
    }
}
