using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Checkpoints;

/// <summary>Reads and checks the header of a safetensors file: 8 bytes little-endian length, that many bytes of JSON, then the tensors without hole or overlap.</summary>
internal static class SafetensorsHeader
{
    /// <summary>The format's own limit.</summary>
    private const long MaxHeaderBytes = 100_000_000;

    public static ImmutableArray<TensorEntry> Read(Stream stream, string file, out long dataStart)
    {
        var length = ReadLength(stream, file);
        dataStart = 8 + length;
        var json = new byte[length];
        stream.ReadExactly(json);
        if (json[0] != (byte)'{')
        {
            throw Refuse(file, "its header does not begin with '{'");
        }

        var entries = Parse(json, file);
        CheckLayout(entries, stream.Length - dataStart, file);
        return entries;
    }

    public static int SizeOf(ScalarType type) => type switch { ScalarType.Float32 => 4, ScalarType.Bool or ScalarType.Byte => 1, _ => 2 };

    public static TrainerException Refuse(string file, string what) =>
        TrainerException.BadInput($"{file} is not a usable safetensors file: {what}. Copy or download it again.");

    private static long ReadLength(Stream stream, string file)
    {
        Span<byte> prefix = stackalloc byte[8];
        if (stream.Length < 10)
        {
            throw Refuse(file, $"it has {stream.Length} bytes, too few for a header");
        }

        stream.ReadExactly(prefix);
        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length is < 2 or > MaxHeaderBytes || length > (ulong)(stream.Length - 8))
        {
            throw Refuse(file, $"its header claims {length} bytes, the file has {stream.Length}");
        }

        return (long)length;
    }

    private static ImmutableArray<TensorEntry> Parse(byte[] json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return [.. document.RootElement.EnumerateObject().Where(member => member.Name != "__metadata__").Select(member => Entry(member, file))];
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw Refuse(file, $"its header is not what the format asks for ({error.Message})");
        }
    }

    private static TensorEntry Entry(JsonProperty member, string file)
    {
        var type = member.Value.GetProperty("dtype").GetString() switch
        {
            "F32" => ScalarType.Float32,
            "F16" => ScalarType.Float16,
            "BF16" => ScalarType.BFloat16,

            // Masks that older files carry; no weight may have these types.
            "BOOL" => ScalarType.Bool,
            "U8" => ScalarType.Byte,
            var other => throw Refuse(file, $"tensor {member.Name} has type {other}; F32, F16 and BF16 are read"),
        };
        ImmutableArray<long> shape = [.. member.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
        var offsets = member.Value.GetProperty("data_offsets");
        if (offsets.GetArrayLength() != 2 || shape.Any(size => size < 0))
        {
            throw Refuse(file, $"tensor {member.Name} has a malformed shape or malformed offsets");
        }

        var entry = new TensorEntry(member.Name, type, shape, offsets[0].GetInt64(), offsets[1].GetInt64());
        return entry.End - entry.Begin == ByteCount(entry, file)
            ? entry
            : throw Refuse(file, $"tensor {entry.Name} of shape {entry.ShapeText} does not fit its {entry.End - entry.Begin} bytes");
    }

    private static long ByteCount(TensorEntry entry, string file)
    {
        try
        {
            return entry.Shape.Aggregate((long)SizeOf(entry.Type), (product, size) => checked(product * size));
        }
        catch (OverflowException)
        {
            throw Refuse(file, $"tensor {entry.Name} has the impossible shape {entry.ShapeText}");
        }
    }

    private static void CheckLayout(ImmutableArray<TensorEntry> entries, long available, string file)
    {
        var position = 0L;
        foreach (var entry in entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End))
        {
            if (entry.Begin != position)
            {
                var what = entry.Begin < position ? "overlaps the tensor before it" : "leaves a hole before it";
                throw Refuse(file, $"tensor {entry.Name} begins at byte {entry.Begin} and {what} ({position})");
            }

            position = entry.End;
        }

        if (position != available)
        {
            throw Refuse(file, position > available
                ? $"it is cut off: the tensors need {position} bytes, {available} are there"
                : $"{available - position} bytes follow the last tensor");
        }
    }
}
