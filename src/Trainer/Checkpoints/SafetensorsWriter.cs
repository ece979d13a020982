using System.Buffers.Binary;
using System.Text.Json;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Writes safetensors files as Hugging Face's own library does: sorted by name, header padded with spaces to 8 bytes, metadata <c>{"format":"pt"}</c>.</summary>
internal static class SafetensorsWriter
{
    public static void Write(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var sorted = tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal).ToArray();
        var header = Header(sorted);
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16);
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        stream.Write(prefix);
        stream.Write(header);
        foreach (var (_, tensor) in sorted)
        {
            using var scope = NewDisposeScope();
            stream.Write(tensor.detach().cpu().contiguous().bytes);
        }
    }

    private static byte[] Header(KeyValuePair<string, Tensor>[] sorted)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteStartObject("__metadata__");
            json.WriteString("format", "pt");
            json.WriteEndObject();
            var position = 0L;
            foreach (var (name, tensor) in sorted)
            {
                position = WriteEntry(json, name, tensor, position);
            }

            json.WriteEndObject();
        }

        while (buffer.Length % 8 != 0)
        {
            buffer.WriteByte((byte)' ');
        }

        return buffer.ToArray();
    }

    private static long WriteEntry(Utf8JsonWriter json, string name, Tensor tensor, long position)
    {
        var type = tensor.dtype switch
        {
            ScalarType.Float32 => "F32",
            ScalarType.Float16 => "F16",
            ScalarType.BFloat16 => "BF16",
            var other => throw new ArgumentException($"Tensor {name} has type {other}; F32, F16 and BF16 are written.", nameof(tensor)),
        };
        json.WriteStartObject(name);
        json.WriteString("dtype", type);
        json.WriteStartArray("shape");
        var count = 1L;
        foreach (var size in tensor.shape)
        {
            json.WriteNumberValue(size);
            count *= size;
        }

        json.WriteEndArray();
        var end = position + (count * SafetensorsHeader.SizeOf(tensor.dtype));
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(position);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
        return end;
    }
}
