using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Writes safetensors files as Hugging Face's own library does: wider types first, then by name; header padded with spaces to 8 bytes; metadata <c>{"format":"pt"}</c>.</summary>
internal static class SafetensorsWriter
{
    private const long PieceElements = 1 << 20;

    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        Write(path, [.. tensors.Select(pair => new StoredTensor(pair.Key, pair.Value.shape, pair.Value.dtype, () => pair.Value))]);

    public static void Write(string path, IReadOnlyCollection<StoredTensor> tensors)
    {
        StoredTensor[] sorted = [.. tensors.OrderByDescending(tensor => Rank(tensor.Type)).ThenBy(tensor => tensor.Name, StringComparer.Ordinal)];
        var header = Header(sorted);
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var tensor in sorted)
        {
            WriteContent(stream, tensor);
        }
    }

    /// <summary>A piece at a time, so that a conversion or a copy from another device needs little memory.</summary>
    private static void WriteContent(Stream stream, StoredTensor tensor)
    {
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        var flat = tensor.Content().detach().contiguous().view(-1);
        var count = flat.numel();
        for (var start = 0L; start < count; start += PieceElements)
        {
            using var piece = NewDisposeScope();
            flat.narrow(0, start, Math.Min(PieceElements, count - start)).to(tensor.Type).cpu().WriteBytesToStream(stream);
        }
    }

    private static byte[] Header(StoredTensor[] sorted)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var position = 0L;
            foreach (var tensor in sorted)
            {
                WriteEntry(json, tensor, position);
                position += tensor.Bytes;
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static void WriteEntry(Utf8JsonWriter json, StoredTensor tensor, long position)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", TypeName(tensor));
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(position);
        json.WriteNumberValue(position + tensor.Bytes);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string TypeName(StoredTensor tensor) => tensor.Type switch
    {
        ScalarType.Float32 => "F32",
        ScalarType.Float16 => "F16",
        ScalarType.BFloat16 => "BF16",
        var other => throw new ArgumentException($"Tensor {tensor.Name} has type {other}; F32, F16 and BF16 are written.", nameof(tensor)),
    };

    private static int Rank(ScalarType type) => type switch { ScalarType.Float32 => 2, ScalarType.BFloat16 => 1, _ => 0 };
}
