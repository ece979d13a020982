using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>
/// Writes JSON rows as Apache Parquet: all columns optional, texts by dictionary while they repeat, else plain, lists in the three-level form, pages gzipped. A row group is written when it is
/// full, so memory does not grow with rows.
/// </summary>
public sealed class ParquetWriter
{
    private const int GroupRows = 20_000;
    private const long GroupBytes = 16 << 20;
    private readonly Stream _output;
    private readonly ImmutableArray<ParquetColumn> _columns;
    private readonly bool _gzip;
    private readonly List<(ImmutableArray<ParquetChunk> Chunks, long Rows)> _groups = [];
    private ImmutableArray<(ParquetColumn Column, ParquetLeaf Leaf)> _leaves;
    private long _rows;
    private long _written;

    /// <summary>Begins a file.</summary>
    public ParquetWriter(Stream output, ImmutableArray<ParquetColumn> columns, bool gzip = true)
    {
        (_output, _columns, _gzip) = (output, columns, gzip);
        Put("PAR1"u8);
        Reset();
    }

    /// <summary>Rows so far.</summary>
    public long Rows => _groups.Sum(group => group.Rows) + _rows;

    /// <summary>Takes a row; members that are not there are null.</summary>
    public void Add(JsonElement row)
    {
        foreach (var (column, leaf) in _leaves)
        {
            leaf.Add(row.TryGetProperty(column.Name, out var value) ? value : default);
        }

        _rows++;
        if (_rows >= GroupRows || (_rows % 64 is 0 && _leaves.Sum(item => item.Leaf.Length) >= GroupBytes))
        {
            Flush();
        }
    }

    /// <summary>Writes what is left and the footer. The stream stays open.</summary>
    public void Finish()
    {
        if (_rows > 0)
        {
            Flush();
        }

        var footer = Footer();
        Put(footer.Span);
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        Put(length);
        Put("PAR1"u8);
    }

    private void Reset()
    {
        _leaves = [.. _columns.SelectMany(column => column.Leaves.Select(path => (column, new ParquetLeaf(column, path))))];
        _rows = 0;
    }

    private void Flush()
    {
        var chunks = ImmutableArray.CreateBuilder<ParquetChunk>();
        foreach (var (_, leaf) in _leaves)
        {
            var chunk = leaf.Write(_output, _written, _gzip);
            _written += chunk.Compressed;
            chunks.Add(chunk);
        }

        _groups.Add((chunks.ToImmutable(), _rows));
        Reset();
    }

    private ReadOnlyMemory<byte> Footer()
    {
        var footer = new ThriftWriter();
        footer.I32(1, 2);
        footer.Structs(2, 1 + _columns.Sum(Elements));
        Element(footer, "schema", children: _columns.Length, repetition: null);
        foreach (var column in _columns)
        {
            Schema(footer, column);
        }

        footer.I64(3, Rows);
        footer.Structs(4, _groups.Count);
        foreach (var (chunks, rows) in _groups)
        {
            footer.Item();
            footer.Structs(1, chunks.Length);
            foreach (var chunk in chunks)
            {
                Chunk(footer, chunk);
            }

            footer.I64(2, chunks.Sum(chunk => chunk.Uncompressed));
            footer.I64(3, rows);
            footer.End();
        }

        footer.Text(6, "orleans.dpo parquet/1");
        footer.Structs(7, _leaves.Length);
        foreach (var _ in _leaves)
        {
            footer.Item();
            footer.Struct(1);
            footer.End();
            footer.End();
        }

        footer.End();
        return footer.Written;
    }

    private static int Elements(ParquetColumn column) => column.Kind switch { ParquetKind.Texts => 3, ParquetKind.Messages or ParquetKind.Ratings => 5, _ => 1 };

    private static void Schema(ThriftWriter footer, ParquetColumn column)
    {
        switch (column.Kind)
        {
            case ParquetKind.Texts:
                Element(footer, column.Name, children: 1, list: true);
                Element(footer, "list", children: 1, repetition: 2);
                Element(footer, "element", type: 6, text: true);
                break;
            case ParquetKind.Messages or ParquetKind.Ratings:
                Element(footer, column.Name, children: 1, list: true);
                Element(footer, "list", children: 1, repetition: 2);
                Element(footer, "element", children: 2);
                foreach (var leaf in column.Leaves)
                {
                    var isText = leaf[^1] is not "rating";
                    Element(footer, leaf[^1], type: isText ? 6 : 2, text: isText);
                }

                break;
            default:
                Element(footer, column.Name, type: column.Kind switch { ParquetKind.Whole => 2, ParquetKind.Number => 5, ParquetKind.Flag => 0, _ => 6 }, text: column.Kind is ParquetKind.Text);
                break;
        }
    }

    private static void Element(ThriftWriter footer, string name, int? type = null, int? repetition = 1, int children = 0, bool text = false, bool list = false)
    {
        footer.Item();
        if (type is { } physical)
        {
            footer.I32(1, physical);
        }

        if (repetition is { } how)
        {
            footer.I32(3, how);
        }

        footer.Text(4, name);
        if (children > 0)
        {
            footer.I32(5, children);
        }

        if (text || list)
        {
            footer.I32(6, text ? 0 : 3);
            footer.Struct(10);
            footer.Struct(text ? 1 : 3);
            footer.End();
            footer.End();
        }

        footer.End();
    }

    private void Chunk(ThriftWriter footer, ParquetChunk chunk)
    {
        footer.Item();
        footer.I64(2, chunk.DictionaryAt >= 0 ? chunk.DictionaryAt : chunk.DataAt);
        footer.Struct(3);
        footer.I32(1, chunk.Type);
        footer.Numbers(2, chunk.IsDictionary ? [0, 3, 8] : [0, 3]);
        footer.Texts(3, chunk.Path);
        footer.I32(4, _gzip ? 2 : 0);
        footer.I64(5, chunk.Values);
        footer.I64(6, chunk.Uncompressed);
        footer.I64(7, chunk.Compressed);
        footer.I64(9, chunk.DataAt);
        if (chunk.DictionaryAt >= 0)
        {
            footer.I64(11, chunk.DictionaryAt);
        }

        footer.Struct(12);
        footer.I64(3, chunk.Nulls);
        if (chunk is { Low: { } low, High: { } high })
        {
            footer.Binary(5, high);
            footer.Binary(6, low);
        }

        footer.End();
        footer.End();
        footer.End();
    }

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        _written += bytes.Length;
    }
}
