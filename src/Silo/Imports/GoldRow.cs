using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>A line of <c>projects/p/gold/segment.jsonl</c>: a pair and its right answer in canonical order.</summary>
internal sealed record GoldRow(PairId Pair, Choice Answer)
{
    private static readonly string[] s_answers = ["a", "b", "tie", "both_bad"];

    public static Choice? AnswerOf(string? word) => Array.IndexOf(s_answers, word) is >= 0 and var answer ? (Choice)answer : null;

    public static ImmutableArray<GoldRow> ReadAll(ReadOnlyMemory<byte> segment) => [.. JsonLines.Split(segment).Select(row => Read(row.Line))];

    public byte[] ToLine() => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string> { ["pair"] = Pair.Value, ["answer"] = s_answers[(int)Answer] }).Append((byte)'\n').ToArray();

    private static GoldRow Read(ReadOnlyMemory<byte> line)
    {
        using var row = JsonDocument.Parse(line);
        return new(StringId.Parse<PairId>(row.RootElement.GetProperty("pair").GetString()), AnswerOf(row.RootElement.GetProperty("answer").GetString())!.Value);
    }
}
