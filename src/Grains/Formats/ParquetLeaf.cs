using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>One leaf column of a row group while it fills: levels and values, then its pages.</summary>
internal sealed class ParquetLeaf(ParquetColumn column, ImmutableArray<string> path)
{
    private const int MostDistinct = 4096;
    private readonly List<byte> _definitions = [];
    private readonly List<byte> _repetitions = [];
    private readonly ArrayBufferWriter<byte> _plain = new();
    private readonly List<bool> _flags = [];
    private readonly Dictionary<string, int> _distinct = new(StringComparer.Ordinal);
    private readonly List<int> _indices = [];
    private bool _isDictionary = true;
    private long _nulls;
    private (double Low, double High)? _numbers;
    private (long Low, long High)? _wholes;

    /// <summary>Bytes held.</summary>
    public long Length => _plain.WrittenCount + _definitions.Count;

    /// <summary>Takes the member of a row.</summary>
    public void Add(JsonElement value)
    {
        if (value.ValueKind is JsonValueKind.Null or JsonValueKind.Undefined)
        {
            Level(0, 0);
            _nulls++;
        }
        else if (column.IsList)
        {
            AddList(value);
        }
        else
        {
            Level(1, 0);
            AddValue(value);
        }
    }

    /// <summary>Writes the pages and describes them; the leaf is empty afterwards.</summary>
    public ParquetChunk Write(Stream output, long offset, bool gzip)
    {
        var isDictionary = IsText && _isDictionary && _indices.Count > 0 && _distinct.Count < _indices.Count;
        var (start, uncompressed, dictionaryAt) = (offset, 0L, -1L);
        if (isDictionary)
        {
            var values = new ArrayBufferWriter<byte>();
            foreach (var text in _distinct.OrderBy(entry => entry.Value))
            {
                AppendText(values, text.Key);
            }

            dictionaryAt = offset;
            offset += Page(output, values.WrittenSpan.ToArray(), gzip, ref uncompressed, (header, raw, stored) =>
            {
                header.I32(1, 2);
                header.I32(2, raw);
                header.I32(3, stored);
                header.Struct(7);
                header.I32(1, _distinct.Count);
                header.I32(2, 0);
                header.End();
            });
        }

        var data = new ArrayBufferWriter<byte>();
        if (column.IsList)
        {
            Levels(data, _repetitions, 1);
        }

        Levels(data, _definitions, column.MaxDefinition);
        if (isDictionary)
        {
            var width = Math.Max(1, 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)(_distinct.Count - 1)));
            Put(data, (byte)width);
            Runs(data, _indices, (width + 7) / 8);
        }
        else if (_kind is ParquetKind.Flag)
        {
            Flags(data);
        }
        else
        {
            data.Write(_plain.WrittenSpan);
        }

        var dataAt = offset;
        offset += Page(output, data.WrittenSpan.ToArray(), gzip, ref uncompressed, (header, raw, stored) =>
        {
            header.I32(1, 0);
            header.I32(2, raw);
            header.I32(3, stored);
            header.Struct(5);
            header.I32(1, _definitions.Count);
            header.I32(2, isDictionary ? 8 : 0);
            header.I32(3, 3);
            header.I32(4, 3);
            header.End();
        });
        return new(Type, path, _definitions.Count, uncompressed, offset - start, dataAt, dictionaryAt, isDictionary, _nulls, Bound(_wholes?.Low, _numbers?.Low), Bound(_wholes?.High, _numbers?.High));
    }

    private readonly ParquetKind _kind = column.Kind switch
    {
        ParquetKind.Ratings when path[^1] is "rating" => ParquetKind.Whole,
        ParquetKind.Texts or ParquetKind.Messages or ParquetKind.Ratings => ParquetKind.Text,
        var kind => kind,
    };

    private bool IsText => _kind is ParquetKind.Text;

    /// <summary>Parquet's physical type.</summary>
    private int Type => _kind switch { ParquetKind.Whole => 2, ParquetKind.Number => 5, ParquetKind.Flag => 0, _ => 6 };

    private void AddList(JsonElement list)
    {
        if (list.GetArrayLength() is 0)
        {
            Level(1, 0);
            _nulls++;
            return;
        }

        byte repetition = 0;
        foreach (var item in list.EnumerateArray())
        {
            var value = column.IsStructs ? item.GetProperty(path[^1]) : item;
            Level((byte)column.MaxDefinition, repetition);
            AddValue(value);
            repetition = 1;
        }
    }

    private void AddValue(JsonElement value)
    {
        switch (_kind)
        {
            case ParquetKind.Whole:
                var whole = value.GetInt64();
                BinaryPrimitives.WriteInt64LittleEndian(_plain.GetSpan(8), whole);
                _plain.Advance(8);
                _wholes = _wholes is { } w ? (Math.Min(w.Low, whole), Math.Max(w.High, whole)) : (whole, whole);
                break;
            case ParquetKind.Number:
                var number = value.GetDouble();
                BinaryPrimitives.WriteDoubleLittleEndian(_plain.GetSpan(8), number);
                _plain.Advance(8);
                _numbers = _numbers is { } n ? (Math.Min(n.Low, number), Math.Max(n.High, number)) : (number, number);
                break;
            case ParquetKind.Flag:
                _flags.Add(value.GetBoolean());
                break;
            default:
                AddText(value.GetString()!);
                break;
        }
    }

    private void AddText(string text)
    {
        AppendText(_plain, text);
        if (!_isDictionary)
        {
            return;
        }

        if (!_distinct.TryGetValue(text, out var index))
        {
            index = _distinct.Count;
            if (index >= MostDistinct)
            {
                _isDictionary = false;
                return;
            }

            _distinct[text] = index;
        }

        _indices.Add(index);
    }

    private void Level(byte definition, byte repetition)
    {
        _definitions.Add(definition);
        _repetitions.Add(repetition);
    }

    private void Flags(ArrayBufferWriter<byte> output)
    {
        for (var at = 0; at < _flags.Count; at += 8)
        {
            var bits = 0;
            for (var bit = 0; bit < 8 && at + bit < _flags.Count; bit++)
            {
                bits |= _flags[at + bit] ? 1 << bit : 0;
            }

            Put(output, (byte)bits);
        }
    }

    private static byte[]? Bound(long? whole, double? number)
    {
        var bytes = new byte[8];
        if (whole is { } w)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, w);
            return bytes;
        }

        // Readers may not trust a bound of zero whose sign is not the smaller or larger one.
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, number ?? 0);
        return number is null or 0 ? null : bytes;
    }

    private static long Page(Stream output, byte[] raw, bool gzip, ref long uncompressed, Action<ThriftWriter, int, int> describe)
    {
        var stored = gzip ? Compress(raw) : raw;
        var header = new ThriftWriter();
        describe(header, raw.Length, stored.Length);
        header.End();
        output.Write(header.Written.Span);
        output.Write(stored);
        uncompressed += header.Written.Length + raw.Length;
        return header.Written.Length + stored.Length;
    }

    private static byte[] Compress(byte[] raw)
    {
        using var stored = new MemoryStream();
        using (var zip = new GZipStream(stored, CompressionLevel.Optimal, leaveOpen: true))
        {
            zip.Write(raw);
        }

        return stored.ToArray();
    }

    /// <summary>Levels in the run-length form of Parquet, behind their length. A level fits in one byte.</summary>
    private static void Levels(ArrayBufferWriter<byte> output, List<byte> levels, int max)
    {
        var runs = new ArrayBufferWriter<byte>();
        Runs(runs, levels, max > 0 ? 1 : 0);
        BinaryPrimitives.WriteInt32LittleEndian(output.GetSpan(4), runs.WrittenCount);
        output.Advance(4);
        output.Write(runs.WrittenSpan);
    }

    private static void Runs<T>(ArrayBufferWriter<byte> output, List<T> values, int width)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        for (var at = 0; at < values.Count;)
        {
            var end = at + 1;
            while (end < values.Count && values[end] == values[at])
            {
                end++;
            }

            for (var head = (uint)(end - at) << 1; ; head >>= 7)
            {
                Put(output, (byte)(head >= 0x80 ? head | 0x80 : head));
                if (head < 0x80)
                {
                    break;
                }
            }

            var value = int.CreateChecked(values[at]);
            for (var i = 0; i < width; i++)
            {
                Put(output, (byte)(value >> (8 * i)));
            }

            at = end;
        }
    }

    private static void AppendText(ArrayBufferWriter<byte> output, string text)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(text);
        var span = output.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32LittleEndian(span, length);
        System.Text.Encoding.UTF8.GetBytes(text, span[4..]);
        output.Advance(4 + length);
    }

    private static void Put(ArrayBufferWriter<byte> output, byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
    }
}

/// <summary>Where the pages of a leaf are, for the footer.</summary>
internal sealed record ParquetChunk(
    int Type, ImmutableArray<string> Path, long Values, long Uncompressed, long Compressed, long DataAt, long DictionaryAt, bool IsDictionary, long Nulls, byte[]? Low, byte[]? High);
