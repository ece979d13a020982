using System.Buffers;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>First line of a segment: what it continues. The previous segment's good part ends where this says; bytes behind it never counted.</summary>
/// <param name="Segment">Its own number.</param>
/// <param name="Previous">Number of the segment it continues; 0 for the first one.</param>
/// <param name="Length">Bytes of the previous segment's good part.</param>
/// <param name="Seq">Last event of that part.</param>
/// <param name="Head">Its hash.</param>
internal sealed record LedgerHeader(int Segment, int Previous, long Length, long Seq, byte[] Head)
{
    /// <summary>Longest header line in bytes.</summary>
    public const int MaxLength = 1024;

    public void Encode(ArrayBufferWriter<byte> output, LedgerFolder folder)
    {
        var start = output.WrittenCount;
        using var writer = new Utf8JsonWriter(output, LedgerCodec.WriterOptions);
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 1);
        writer.WriteString("project"u8, folder.Project);
        writer.WriteString("shard"u8, folder.Shard);
        writer.WriteNumber("segment"u8, Segment);
        writer.WriteNumber("previous"u8, Previous);
        writer.WriteNumber("length"u8, Length);
        writer.WriteNumber("seq"u8, Seq);
        LedgerCodec.WriteHex(writer, "head"u8, Head);
        writer.Flush();
        LedgerCodec.Seal(output, start, stackalloc byte[LedgerCodec.HashBytes]);
    }

    /// <summary>The header of a segment's first bytes and its length with the line feed, or null when there is no intact one.</summary>
    public static (LedgerHeader Header, int Length)? TryDecode(ReadOnlyMemory<byte> bytes, LedgerFolder folder, int segment)
    {
        var end = bytes.Span.IndexOf((byte)'\n');
        if (end < 0 || !LedgerCodec.IsIntact(bytes.Span[..end], stackalloc byte[LedgerCodec.HashBytes]))
        {
            return null;
        }

        using var line = JsonDocument.Parse(bytes[..end]);
        var root = line.RootElement;
        return root.GetProperty("shard"u8).GetString() == folder.Shard && root.GetProperty("segment"u8).GetInt32() == segment
            ? (new LedgerHeader(segment, root.GetProperty("previous"u8).GetInt32(), root.GetProperty("length"u8).GetInt64(),
                root.GetProperty("seq"u8).GetInt64(), Convert.FromHexString(root.GetProperty("head"u8).GetString()!)), end + 1)
            : null;
    }
}
