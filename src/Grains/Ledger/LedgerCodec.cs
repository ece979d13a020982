using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>One event, one JSON line: <c>{"v":1,"seq":…,"t":…,"kind":…,"b":…,…,"prev":…,"hash":…}</c>.</summary>
/// <remarks>
/// The hash is SHA-256 over the line's bytes up to, not including, <c>,"hash":</c>. <c>prev</c> is the hash of the line before, <c>b</c> the sequence
/// number of the first event of the same append: everything before <c>b</c> was durable when these bytes were written.
/// </remarks>
internal static class LedgerCodec
{
    public const int HashBytes = SHA256.HashSizeInBytes;
    private const int HexLength = 2 * HashBytes;
    private const int HashMemberLength = 9 + HexLength + 2;
    private const int PrevMemberLength = 9 + HexLength + 1;

    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Hash that the first event names as the one before it.</summary>
    public static byte[] NoHash => new byte[HashBytes];

    /// <summary>Appends the event's line; <paramref name="head"/> goes in as the previous hash and comes out as this line's.</summary>
    public static void Encode(ArrayBufferWriter<byte> output, Utf8JsonWriter writer, LedgerEvent written, LedgerPlace place, Span<byte> head)
    {
        var start = output.WrittenCount;
        Span<byte> time = stackalloc byte[27];
        LedgerTime.Write(place.Time, time);
        writer.Reset(output);
        writer.WriteStartObject();
        writer.WriteNumber("v"u8, 1);
        writer.WriteNumber("seq"u8, place.Seq);
        writer.WriteString("t"u8, time);
        writer.WriteString("kind"u8, written.Kind);
        writer.WriteNumber("b"u8, place.Append);
        LedgerEventJson.Write(writer, written);
        WriteHex(writer, "prev"u8, head);
        writer.Flush();
        Seal(output, start, head);
    }

    /// <summary>Ends a line begun at <paramref name="start"/> with its hash.</summary>
    public static void Seal(ArrayBufferWriter<byte> output, int start, Span<byte> hash)
    {
        SHA256.HashData(output.WrittenSpan[start..], hash);
        var end = output.GetSpan(HashMemberLength + 1);
        ",\"hash\":\""u8.CopyTo(end);
        Convert.TryToHexStringLower(hash, end[9..], out _);
        "\"}\n"u8.CopyTo(end[(9 + HexLength)..]);
        output.Advance(HashMemberLength + 1);
    }

    public static void WriteHex(Utf8JsonWriter writer, ReadOnlySpan<byte> name, ReadOnlySpan<byte> bytes)
    {
        Span<byte> hex = stackalloc byte[HexLength];
        Convert.TryToHexStringLower(bytes, hex, out _);
        writer.WriteString(name, hex);
    }

    /// <summary>True when the line (without its line feed) carries the hash of its own bytes.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> line, Span<byte> hash)
    {
        if (line.Length <= HashMemberLength || !line[^HashMemberLength..].StartsWith(",\"hash\":\""u8) || !line.EndsWith("\"}"u8))
        {
            return false;
        }

        Span<byte> hex = stackalloc byte[HexLength];
        SHA256.HashData(line[..^HashMemberLength], hash);
        Convert.TryToHexStringLower(hash, hex, out _);
        return hex.SequenceEqual(line[^(HexLength + 2)..^2]);
    }

    /// <summary>True when an intact line names <paramref name="head"/> as the hash before it.</summary>
    public static bool Follows(ReadOnlySpan<byte> line, ReadOnlySpan<byte> head)
    {
        if (line.Length <= HashMemberLength + PrevMemberLength)
        {
            return false;
        }

        var prev = line[^(HashMemberLength + PrevMemberLength)..^HashMemberLength];
        Span<byte> hex = stackalloc byte[HexLength];
        Convert.TryToHexStringLower(head, hex, out _);
        return prev.StartsWith(",\"prev\":\""u8) && prev[9..^1].SequenceEqual(hex);
    }

    /// <summary>Reads an intact line. Throws <see cref="FormatException"/> or <see cref="JsonException"/> on one that an intact writer cannot have made.</summary>
    public static LedgerEntry Decode(ReadOnlyMemory<byte> line)
    {
        if (JudgmentJson.TryDecode(line.Span) is { } judged)
        {
            return judged;
        }

        using var document = JsonDocument.Parse(line);
        var root = document.RootElement;
        if (root.GetProperty("v"u8).GetInt32() != 1)
        {
            throw new FormatException("An event of a newer format: update this program.");
        }

        return new LedgerEntry(
            root.GetProperty("seq"u8).GetInt64(),
            LedgerTime.TryParse(root.GetProperty("t"u8).GetString(), out var time) ? time : throw new FormatException("An event's time is malformed."),
            root.GetProperty("b"u8).GetInt64(),
            root.GetProperty("hash"u8).GetString()!,
            LedgerEventJson.Read(root.GetProperty("kind"u8).GetString()!, root));
    }
}

/// <summary>Where an event stands.</summary>
/// <param name="Seq">Its sequence number.</param>
/// <param name="Time">Unix microseconds.</param>
/// <param name="Append">First sequence number of its append.</param>
internal readonly record struct LedgerPlace(long Seq, long Time, long Append);
