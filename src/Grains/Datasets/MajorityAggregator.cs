using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary><c>majority/1</c>: the verdict that most votes name, if no other verdict has as many.</summary>
public sealed class MajorityAggregator : IAggregator
{
    private static readonly ImmutableArray<Choice> s_verdicts = [Choice.A, Choice.B, Choice.Tie, Choice.BothBad];

    /// <inheritdoc/>
    public string Name => "majority/1";

    /// <inheritdoc/>
    public ImmutableArray<Aggregate> OfAll(ImmutableArray<SourcePair> pairs, IReadOnlyDictionary<PairId, PairTexts> texts) =>
        [.. pairs.Select(source => Of([.. source.Votes.Select(vote => vote.Event.Verdict)]))];

    /// <summary>The verdict on one pair.</summary>
    public static Aggregate Of(ImmutableArray<Verdict> votes)
    {
        var counts = s_verdicts.Select(verdict => (Verdict: verdict, Count: votes.Count(vote => vote.Choice == verdict))).OrderByDescending(entry => entry.Count).ToArray();
        var n = counts.Sum(entry => entry.Count);
        if (n is 0)
        {
            return new(null, 0.5, 0, 0, null);
        }

        var tieShare = counts.Where(entry => entry.Verdict is Choice.Tie or Choice.BothBad).Sum(entry => entry.Count) / (double)n;
        if (counts[0].Count == counts[1].Count)
        {
            return new(null, 0.5, 0, tieShare, null);
        }

        var (choice, most) = counts[0];
        var agreement = most / (double)n;
        if (choice is not (Choice.A or Choice.B))
        {
            return new(choice, 0.5, agreement, tieShare, null);
        }

        var strengths = votes.Where(vote => vote.Choice == choice && vote.Strength is not null).Select(vote => vote.Strength!.Value).ToArray();
        return new(choice, (most + (0.5 * tieShare * n)) / n, agreement, tieShare, strengths.Length is 0 ? null : strengths.Sum() / (double)strengths.Length);
    }
}
