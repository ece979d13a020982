using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// What a bucket of the source index holds, one frame a pair or an event: kind (1 byte), shard (2), sequence number (8), length (4), all little-endian, then the bytes.
/// A pair's bytes are lines, each behind its length (4): the pair, its prompt, its responses in canonical order. An event's bytes are its JSON without the chain.
/// </summary>
internal static class SourceFrames
{
    private const int Head = 15;
    private const byte PairKind = 1;
    private const byte EventKind = 2;

    /// <summary>The pair that an event is about, if datasets read it.</summary>
    public static PairId? PairOf(LedgerEvent happened) => happened switch
    {
        JudgmentRecorded recorded => recorded.Pair,
        JudgmentWithdrawn withdrawn => withdrawn.Pair,
        JudgmentRetracted retracted => retracted.Pair,
        JudgmentReinstated reinstated => reinstated.Pair,
        _ => null,
    };

    /// <summary>The judgment that an event ends, or null.</summary>
    public static JudgmentId? Ended(LedgerEvent happened) => happened switch
    {
        JudgmentRecorded recorded => recorded.Supersedes,
        JudgmentWithdrawn withdrawn => withdrawn.Judgment,
        _ => null,
    };

    public static void WritePair(BlockWriter output, ushort shard, long seq, List<ReadOnlyMemory<byte>> lines)
    {
        var length = 4 * lines.Count;
        foreach (var line in lines)
        {
            length += line.Length;
        }

        WriteHead(output, PairKind, shard, seq, length);
        foreach (var line in lines)
        {
            WriteLine(output, line.Span);
        }
    }

    /// <summary>The JSON of an event: time, kind and its own members.</summary>
    public static void EventJson(ArrayBufferWriter<byte> output, Utf8JsonWriter writer, LedgerEntry entry)
    {
        output.ResetWrittenCount();
        writer.Reset(output);
        writer.WriteStartObject();
        writer.WriteNumber("t"u8, LedgerTime.From(entry.Time));
        writer.WriteString("kind"u8, entry.Event.Kind);
        LedgerEventJson.Write(writer, entry.Event);
        writer.WriteEndObject();
        writer.Flush();
    }

    public static void WriteEvent(BlockWriter output, ushort shard, long seq, ReadOnlySpan<byte> json)
    {
        WriteHead(output, EventKind, shard, seq, json.Length);
        output.Write(json);
    }

    /// <summary>The frames of a slice, those of each shard up to its limit.</summary>
    public static void Read(ReadOnlyMemory<byte> slice, long[] limits, Action<SourceFrame> take)
    {
        for (var at = 0; at < slice.Length;)
        {
            var head = slice.Span.Slice(at, Head);
            var (kind, shard, seq, length) = (head[0], BinaryPrimitives.ReadUInt16LittleEndian(head[1..]), BinaryPrimitives.ReadInt64LittleEndian(head[3..]), BinaryPrimitives.ReadInt32LittleEndian(head[11..]));
            var body = slice.Slice(at + Head, length);
            at += Head + length;
            if (shard < limits.Length && seq <= limits[shard])
            {
                take(new(kind is PairKind, shard, seq, body));
            }
        }
    }

    /// <summary>The lines of a pair's bytes.</summary>
    public static ReadOnlyMemory<byte>[] Lines(ReadOnlyMemory<byte> body)
    {
        var lines = new List<ReadOnlyMemory<byte>>(4);
        for (var at = 0; at < body.Length;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span[at..]);
            lines.Add(body.Slice(at + 4, length));
            at += 4 + length;
        }

        return [.. lines];
    }

    /// <summary>The text of a member of the object that the bytes begin with.</summary>
    /// <exception cref="JsonException">There is no such text.</exception>
    public static ReadOnlySpan<byte> IdOf(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            var isIt = reader.ValueTextEquals(name);
            reader.Read();
            if (isIt)
            {
                return reader.TokenType is JsonTokenType.String ? reader.ValueSpan : default;
            }

            reader.Skip();
        }

        throw new JsonException("A frame of the index names no pair.");
    }

    /// <summary>The event is a judgment that ends no other one.</summary>
    public static bool IsPlainJudgment(ReadOnlySpan<byte> json) =>
        json[..Math.Min(json.Length, 80)].IndexOf("\"kind\":\"judgment.recorded\""u8) > 0 && json.IndexOf("\"supersedes\""u8) < 0;

    /// <summary>The time and the event of an event's bytes.</summary>
    public static (DateTimeOffset Time, LedgerEvent Event) Event(ReadOnlyMemory<byte> body)
    {
        if (JudgmentJson.TryFrame(body.Span) is { } judgment)
        {
            return judgment;
        }

        using var document = JsonDocument.Parse(body);
        var root = document.RootElement;
        return (LedgerTime.To(root.GetProperty("t"u8).GetInt64()), LedgerEventJson.Read(root.GetProperty("kind"u8).GetString()!, root));
    }

    private static void WriteHead(BlockWriter output, byte kind, ushort shard, long seq, int length)
    {
        Span<byte> head = stackalloc byte[Head];
        head[0] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(head[1..], shard);
        BinaryPrimitives.WriteInt64LittleEndian(head[3..], seq);
        BinaryPrimitives.WriteInt32LittleEndian(head[11..], length);
        output.Write(head);
    }

    private static void WriteLine(BlockWriter output, ReadOnlySpan<byte> line)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, line.Length);
        output.Write(length);
        output.Write(line);
    }
}
