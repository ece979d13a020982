namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Leases beside the slots: gold, repeats, adjudication. They reserve nothing and count for nothing.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>The wishes that may be granted, in order; at most <see cref="MaxGrant"/>.</summary>
    public static IReadOnlyList<ProbeWish> Probes(ShardIndex index, ProbeRequest request, long now)
    {
        index.Lapse(now);
        var annotator = index.TryFindAnnotator(request.Annotator);
        return [.. request.Wishes.DistinctBy(wish => wish.Pair).Where(wish => MayProbe(index, wish, annotator)).Take(MaxGrant)];
    }

    private static bool MayProbe(ShardIndex index, ProbeWish wish, int annotator)
    {
        var pair = index.TryFindPair(wish.Pair);
        if (pair == ShardIndex.None || index.IsRanking(pair) || index.Pair(pair).InReview
            || (annotator != ShardIndex.None && index.ActiveLease(pair, annotator) != ShardIndex.None))
        {
            return false;
        }

        return wish.Purpose switch
        {
            Purpose.Gold => !WasLeased(index, pair, annotator, purpose: null),
            Purpose.Repeat => annotator != ShardIndex.None && HasVote(index, pair, annotator) && !WasLeased(index, pair, annotator, (byte)Purpose.Repeat),
            Purpose.Adjudication => index.Pair(pair) is { Closed: false, Purpose: (byte)Purpose.Vote } && !WasLeased(index, pair, annotator, purpose: null) && !IsAdjudicated(index, pair),
            _ => false,
        };
    }

    /// <summary>Someone's eyes were on the pair before: a second showing would be no probe.</summary>
    private static bool WasLeased(ShardIndex index, int pair, int annotator, byte? purpose)
    {
        for (var lease = index.Pair(pair).FirstLease; lease != ShardIndex.None; lease = index.Lease(lease).NextOfPair)
        {
            if (index.Lease(lease).Annotator == annotator && (purpose ?? index.Lease(lease).Purpose) == index.Lease(lease).Purpose)
            {
                return true;
            }
        }

        for (var judgment = index.Pair(pair).FirstJudgment; judgment != ShardIndex.None; judgment = index.Judgment(judgment).NextOfPair)
        {
            if (index.Judgment(judgment).Annotator == annotator && (purpose ?? index.Judgment(judgment).Purpose) == index.Judgment(judgment).Purpose)
            {
                return true;
            }
        }

        return false;
    }

    private static bool HasVote(ShardIndex index, int pair, int annotator) =>
        index.LiveJudgment(pair, annotator, purpose: 0) is var judgment && judgment != ShardIndex.None && index.Judgment(judgment).Choice != (byte)Choice.Skip;

    /// <summary>A verdict is there, or somebody is at it.</summary>
    private static bool IsAdjudicated(ShardIndex index, int pair)
    {
        for (var lease = index.Pair(pair).FirstLease; lease != ShardIndex.None; lease = index.Lease(lease).NextOfPair)
        {
            if (index.Lease(lease) is { Active: true, Purpose: (byte)Purpose.Adjudication })
            {
                return true;
            }
        }

        for (var judgment = index.Pair(pair).FirstJudgment; judgment != ShardIndex.None; judgment = index.Judgment(judgment).NextOfPair)
        {
            if (index.Judgment(judgment) is { IsLive: true, Purpose: (byte)Purpose.Adjudication } verdict && verdict.Choice != (byte)Choice.Skip)
            {
                return true;
            }
        }

        return false;
    }
}
