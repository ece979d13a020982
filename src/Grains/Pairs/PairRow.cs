using System.Runtime.CompilerServices;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>A row of a pair segment with its place.</summary>
/// <param name="Record">The pair.</param>
/// <param name="Offset">Byte at which it begins.</param>
/// <param name="Length">Bytes without the line feed.</param>
public sealed record PairRow(PairRecord Record, long Offset, int Length)
{
    private const int Chunk = 1 << 16;

    /// <summary>All rows of a segment.</summary>
    /// <exception cref="FormatException">A row is malformed or contradicts itself; the message names the row.</exception>
    public static IReadOnlyList<PairRow> ReadAll(ReadOnlyMemory<byte> segment)
    {
        var rows = new List<PairRow>();
        for (var offset = 0; offset < segment.Length;)
        {
            var length = segment.Span[offset..].IndexOf((byte)'\n');
            length = length < 0 ? segment.Length - offset : length;
            rows.Add(Read(segment.Span.Slice(offset, length), offset, rows.Count + 1));
            offset += length + 1;
        }

        return rows;
    }

    /// <summary>The rows of a segment one after another; no more of it is in memory than the longest row asks for.</summary>
    /// <exception cref="FormatException">A row is malformed or contradicts itself; the message names the row.</exception>
    public static async IAsyncEnumerable<PairRow> ReadAsync(Stream segment, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[Chunk];
        var (filled, offset, number) = (0, 0L, 0);
        while (true)
        {
            var read = await segment.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            filled += read;
            var used = 0;
            for (int length; (length = buffer.AsSpan(used..filled).IndexOf((byte)'\n')) >= 0; used += length + 1)
            {
                yield return Read(buffer.AsSpan(used, length), offset + used, ++number);
            }

            buffer.AsSpan(used..filled).CopyTo(buffer);
            (filled, offset) = (filled - used, offset + used);
            if (read == 0)
            {
                if (filled > 0)
                {
                    yield return Read(buffer.AsSpan(0, filled), offset, ++number);
                }

                yield break;
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, 2 * buffer.Length);
            }
        }
    }

    private static PairRow Read(ReadOnlySpan<byte> line, long offset, int number)
    {
        try
        {
            var record = PairSegment.Parse(line);
            return Problem(record) is { } problem ? throw new FormatException($"Row {number}: {problem}") : new PairRow(record, offset, line.Length);
        }
        catch (JsonException malformed)
        {
            throw new FormatException($"Row {number} is not a pair record: {malformed.Message}", malformed);
        }
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
