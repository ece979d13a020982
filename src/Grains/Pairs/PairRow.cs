using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>A row of a pair segment with its place.</summary>
/// <param name="Record">The pair.</param>
/// <param name="Offset">Byte at which it begins.</param>
/// <param name="Length">Bytes without the line feed.</param>
public sealed record PairRow(PairRecord Record, long Offset, int Length)
{
    /// <summary>All rows of a segment.</summary>
    /// <exception cref="FormatException">A row is malformed or contradicts itself; the message names the row.</exception>
    public static IReadOnlyList<PairRow> ReadAll(ReadOnlyMemory<byte> segment)
    {
        var rows = new List<PairRow>();
        for (var offset = 0; offset < segment.Length;)
        {
            var length = segment.Span[offset..].IndexOf((byte)'\n');
            length = length < 0 ? segment.Length - offset : length;
            try
            {
                var record = PairSegment.Parse(segment.Span.Slice(offset, length));
                rows.Add(Problem(record) is { } problem ? throw new FormatException($"Row {rows.Count + 1}: {problem}") : new PairRow(record, offset, length));
            }
            catch (JsonException malformed)
            {
                throw new FormatException($"Row {rows.Count + 1} is not a pair record: {malformed.Message}", malformed);
            }

            offset += length + 1;
        }

        return rows;
    }

    private static string? Problem(PairRecord record) => record switch
    {
        { Overlap: < 1 or > 100 } => "overlap is not 1 to 100.",
        { Purpose: not (Purpose.Vote or Purpose.HeadToHead or Purpose.Gold or Purpose.Ranking) } => "purpose is not vote, headToHead, ranking or gold.",
        _ when record.MinOverlap < 1 || record.MinOverlap > record.Overlap => "min_overlap is not 1 to overlap.",
        { Purpose: Purpose.Ranking } => RankingProblem(record),
        { More: not null } => "more responses go with a ranking only.",
        _ when record.A.CompareTo(record.B) >= 0 => "a and b are not two responses in canonical order.",
        _ when record.Id != PairId.Of(record.Prompt, record.A, record.B) => "the id is not the hash of prompt and responses.",
        _ => null,
    };

    private static string? RankingProblem(PairRecord record)
    {
        var ids = record.Responses.Select(response => response.Id).ToArray();
        return ids.Length > Ranking.MostResponses || !ids.SequenceEqual(ids.Distinct().Order()) ? "the responses are not two to eight in the order of their ids."
            : record.Id != PairId.OfRanking(record.Prompt, ids) ? "the id is not the hash of prompt and responses."
            : null;
    }
}
