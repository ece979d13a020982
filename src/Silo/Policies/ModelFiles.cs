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
            if (TensorOf(tensor.Value) is not var (dtype, sizes, from, to))
            {
                return $"model.safetensors describes {tensor.Name} without dtype, shape or data_offsets.";
            }

            if (from < 0 || to > bytes || BytesOf(dtype, sizes, bytes) != to - from)
            {
                return $"model.safetensors: {tensor.Name} ({dtype}, {string.Join('×', sizes)}) does not fit its bytes {from} to {to} of {bytes}.";
            }

            shapes[tensor.Name] = sizes;
        }

        return shapes.Count == 0 ? "model.safetensors holds no tensor." : null;
    }

    private static (string DType, long[] Sizes, long From, long To)? TensorOf(JsonElement tensor)
    {
        static bool IsInteger(JsonElement value) => value.ValueKind is JsonValueKind.Number && value.TryGetInt64(out _);

        return tensor.ValueKind is JsonValueKind.Object
            && tensor.TryGetProperty("dtype", out var dtype) && dtype.ValueKind is JsonValueKind.String
            && tensor.TryGetProperty("shape", out var shape) && shape.ValueKind is JsonValueKind.Array && shape.EnumerateArray().All(IsInteger)
            && tensor.TryGetProperty("data_offsets", out var offsets) && offsets.ValueKind is JsonValueKind.Array && offsets.GetArrayLength() == 2 && offsets.EnumerateArray().All(IsInteger)
            ? (dtype.GetString()!, [.. shape.EnumerateArray().Select(size => size.GetInt64())], offsets[0].GetInt64(), offsets[1].GetInt64())
            : null;
    }

    /// <summary>Bytes that a tensor takes, or null for an unknown type, a negative size, or more than <paramref name="most"/>.</summary>
    private static long? BytesOf(string dtype, long[] sizes, long most)
    {
        Int128 bytes = dtype switch { "F64" or "I64" or "U64" => 8, "F32" or "I32" or "U32" => 4, "F16" or "BF16" or "I16" or "U16" => 2, "I8" or "U8" or "BOOL" => 1, _ => -1 };
        foreach (var size in sizes)
        {
            bytes = bytes < 0 || size < 0 || bytes > most ? -1 : bytes * size;
        }

        return bytes < 0 || bytes > most ? null : (long)bytes;
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
