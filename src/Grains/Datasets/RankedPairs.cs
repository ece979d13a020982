using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The pairs that a ranking implies, for recipes that ask for them: each two of its responses, with what each judge's order says of the two.</summary>
internal static class RankedPairs
{
    /// <summary>The row itself and, of a ranking, the pairs in it. Aggregation, ties, filters and draws are then those of any pair.</summary>
    /// <param name="row">A pair or a ranking.</param>
    /// <param name="how"><c>none</c>, <c>all</c>, or <c>adjacent</c>: a judge's order speaks only of neighbouring and tied responses.</param>
    public static IEnumerable<SourceRow> With(SourceRow row, string how)
    {
        yield return row;
        var (source, responses) = (row.Source, row.Source.Pair.Responses);
        if (how is "none" || source.Pair.Purpose is not Purpose.Ranking)
        {
            yield break;
        }

        for (var a = 0; a < responses.Length; a++)
        {
            for (var b = a + 1; b < responses.Length; b++)
            {
                var id = IdOf(source.Pair.Id, responses[a].Id, responses[b].Id);
                ImmutableArray<SourceJudgment> said =
                [
                    .. source.Judgments.Where(judgment => judgment.Event.Ranking is { } ranking && (how is "all" || Math.Abs(ranking.PlaceOf(a) - ranking.PlaceOf(b)) <= 1))
                        .Select(judgment => judgment with { Event = Vote(judgment.Event, id, a, b) }),
                ];
                if (!said.IsEmpty)
                {
                    var pair = source.Pair with
                    {
                        Id = id, A = responses[a].Id, AAt = responses[a].At, ASource = responses[a].Source, B = responses[b].Id, BAt = responses[b].At, BSource = responses[b].Source,
                        More = null, Purpose = Purpose.Vote, Strategy = "ranking",
                    };
                    yield return new(source with { Pair = pair, Judgments = said, IsImplied = true }, row.Texts with { A = row.Texts.Responses[a], B = row.Texts.Responses[b], More = [] });
                }
            }
        }
    }

    /// <summary>The id of two responses within a ranking. Its first two digits are the ranking's, so that it stands in the same bucket; it is never that of a pair of its own.</summary>
    public static PairId IdOf(PairId ranking, ResponseId a, ResponseId b) =>
        new("pa_" + ranking.Value[3..5] + ContentHash.Hex($"ranked-pair/1\n{ranking}\n{a}\n{b}")[..30]);

    private static JudgmentRecorded Vote(JudgmentRecorded said, PairId pair, int a, int b) => said with
    {
        Pair = pair,
        Verdict = new(said.Ranking!.Value.Compare(a, b) switch { < 0 => Choice.A, > 0 => Choice.B, _ => Choice.Tie }, null),
        Purpose = Purpose.Vote,
        Order = said.Shown.IndexOf(a) < said.Shown.IndexOf(b) ? ShownOrder.Ab : ShownOrder.Ba,
        Ranking = null,
        Shown = [],
    };
}
