using System.Buffers.Binary;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Policies;

/// <summary>Checks a model's files by their form: JSON, the safetensors header, and the shapes that the configuration implies. Weights themselves are not read.</summary>
internal static class ModelFiles
{
    private const int MaxHeader = 100 << 20;

    /// <summary>Null, or what is wrong with a JSON file.</summary>
    public static string? CheckJson(string name, ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content);
            return document.RootElement.ValueKind is JsonValueKind.Object ? null : $"{name} is not a JSON object.";
        }
        catch (JsonException e)
        {
            return $"{name} is not JSON: {e.Message}";
        }
    }

    /// <summary>Null, or what is wrong with model.safetensors.</summary>
    /// <param name="read">Reads bytes at an offset.</param>
    /// <param name="length">Length of the file.</param>
    /// <param name="config">config.json.</param>
    public static async Task<string?> CheckWeightsAsync(Func<long, int, Task<ReadOnlyMemory<byte>?>> read, long length, ReadOnlyMemory<byte> config)
    {
        if (await read(0, sizeof(ulong)) is not { Length: sizeof(ulong) } prefix)
        {
            return "model.safetensors is shorter than its header's length.";
        }

        var headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix.Span);
        if (headerLength is 0 or > MaxHeader || (long)headerLength + sizeof(ulong) > length)
        {
            return $"model.safetensors declares a header of {headerLength} bytes in a file of {length}.";
        }

        if (await read(sizeof(ulong), (int)headerLength) is not { } header || CheckJson("The header of model.safetensors", header) is not null)
        {
            return "The header of model.safetensors is not JSON.";
        }

        using var document = JsonDocument.Parse(header);
        var shapes = new Dictionary<string, long[]>(StringComparer.Ordinal);
        var fault = CheckTensors(document.RootElement, length - sizeof(ulong) - (long)headerLength, shapes);
        return fault ?? CheckShapes(shapes, config);
    }

    private static string? CheckTensors(JsonElement header, long bytes, Dictionary<string, long[]> shapes)
    {
        foreach (var tensor in header.EnumerateObject().Where(member => member.Name != "__metadata__"))
        {
            if (tensor.Value.ValueKind is not JsonValueKind.Object
                || !tensor.Value.TryGetProperty("dtype", out var dtype) || !tensor.Value.TryGetProperty("shape", out var shape) || !tensor.Value.TryGetProperty("data_offsets", out var offsets)
                || shape.ValueKind is not JsonValueKind.Array || offsets.ValueKind is not JsonValueKind.Array || offsets.GetArrayLength() != 2)
            {
                return $"model.safetensors describes {tensor.Name} without dtype, shape or data_offsets.";
            }

            var width = dtype.GetString() switch { "F64" or "I64" or "U64" => 8, "F32" or "I32" or "U32" => 4, "F16" or "BF16" or "I16" or "U16" => 2, "I8" or "U8" or "BOOL" => 1, _ => 0 };
            var sizes = shape.EnumerateArray().Select(size => size.GetInt64()).ToArray();
            var (from, to) = (offsets[0].GetInt64(), offsets[1].GetInt64());
            if (width == 0 || from < 0 || to > bytes || to - from != sizes.Aggregate((long)width, (all, size) => all * size))
            {
                return $"model.safetensors: {tensor.Name} ({dtype.GetString()}, {string.Join('×', sizes)}) does not fit its bytes {from} to {to} of {bytes}.";
            }

            shapes[tensor.Name] = sizes;
        }

        return shapes.Count == 0 ? "model.safetensors holds no tensor." : null;
    }

    private static string? CheckShapes(Dictionary<string, long[]> shapes, ReadOnlyMemory<byte> config)
    {
        using var document = JsonDocument.Parse(config);
        if (!TryInteger(document.RootElement, "vocab_size", out var vocabulary) || !TryInteger(document.RootElement, "hidden_size", out var width))
        {
            return "config.json names no vocab_size or no hidden_size.";
        }

        var embedding = shapes.FirstOrDefault(tensor => tensor.Key.EndsWith("embed_tokens.weight", StringComparison.Ordinal));
        return embedding.Value is [var rows, var columns] && rows == vocabulary && columns == width
            ? null
            : $"model.safetensors should hold embed_tokens.weight of {vocabulary}×{width}, as config.json says; it has {(embedding.Value is null ? "none" : string.Join('×', embedding.Value))}.";
    }

    private static bool TryInteger(JsonElement config, string name, out long value)
    {
        value = 0;
        return config.TryGetProperty(name, out var member) && member.ValueKind is JsonValueKind.Number && member.TryGetInt64(out value);
    }
}
