using System.Text.Json;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>Lines of <c>projects/p/pairs/shard/segment.jsonl</c>: one <see cref="PairRecord"/> a line in <see cref="JobJson.Line"/> form.</summary>
public static class PairSegment
{
    /// <summary>The line of a record with its line feed.</summary>
    public static byte[] ToLine(PairRecord pair) => [.. JsonSerializer.SerializeToUtf8Bytes(pair, JobJson.Line), (byte)'\n'];

    /// <summary>Reads a line without its line feed.</summary>
    /// <exception cref="JsonException">The line is not a pair record.</exception>
    public static PairRecord Parse(ReadOnlySpan<byte> line) =>
        JsonSerializer.Deserialize<PairRecord>(line, JobJson.Line) ?? throw new JsonException("A pair segment has an empty row.");
}
