using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Decisions of a shard: state and command and time in, events or a refusal out. The state is durable plus pending.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>Live skips of a pair at which it comes to review.</summary>
    public const int SkipsForReview = 3;

    /// <summary>Most pairs of one grant.</summary>
    public const int MaxGrant = 4;

    private const int MaxLeft = 1000;

    // Pairs looked at after the grant to count what is left; behind them all are taken for free.
    private const int MaxLooked = 64;

    /// <summary>Which pairs an annotator gets. <paramref name="ids"/> are as many fresh lease ids as pairs are wished.</summary>
    public static LeaseDecision Lease(ShardIndex index, LeaseRequest request, ReadOnlySpan<LeaseId> ids, long now)
    {
        index.Lapse(now);
        var annotator = index.TryFindAnnotator(request.Annotator);
        var granted = ImmutableArray.CreateBuilder<GrantedLease>(ids.Length);
        var (left, seen, his, given) = (0, 0, 0, new HashSet<int>());
        var (lastHis, looked) = (ShardIndex.None, 0);
        foreach (var pair in request.Rankings ? index.Rankable : index.LeasableBy(annotator))
        {
            seen++;
            if (granted.Count == ids.Length && ++looked > MaxLooked)
            {
                left = Math.Min(MaxLeft, left + Math.Max(1, (request.Rankings ? index.RankableCount : index.LeasableCount) - seen));
                break;
            }

            if (given.Contains(pair) || !MayTake(index, pair, annotator))
            {
                (lastHis, his) = seen == his + 1 ? (pair, seen) : (lastHis, his);
                continue;
            }

            // Whatever the routing gives instead of it, this pair has its turn again below.
            while (granted.Count < ids.Length && !given.Contains(pair))
            {
                var lease = Route(index, ids[granted.Count], pair, annotator, given);
                given.Add(index.TryFindPair(lease.Pair));
                granted.Add(lease);
            }

            if (given.Contains(pair))
            {
                continue;
            }

            left++;
        }

        if (!request.Rankings && his >= ShardIndex.WalkStep)
        {
            index.WalkedTo(annotator, lastHis);
        }

        var held = granted.Count < ids.Length ? HeldByOthers(index, annotator, request.Rankings) : default;
        return new(granted.Count == 0 ? null : new LeaseGranted(request.Annotator, request.Minutes, granted.DrainToImmutable()), left, held.Pairs, held.NextLapse);
    }

    /// <summary>The annotator's leases that end, or null when he holds none.</summary>
    public static LeaseReleased? Release(ShardIndex index, AnnotatorId annotator, long now)
    {
        index.Lapse(now);
        var leases = index.ActiveLeasesOf(index.TryFindAnnotator(annotator));
        return leases.Count == 0 ? null : new LeaseReleased(annotator, [.. leases.Select(lease => ShardIndex.IdOf(index.Lease(lease)))]);
    }

    /// <summary>The pairs that close, or null when all are closed already.</summary>
    public static Outcome<PairsClosed?> Close(ShardIndex index, string reason, ImmutableArray<PairId> pairs)
    {
        if (pairs.FirstOrDefault(pair => index.TryFindPair(pair) == ShardIndex.None) is { Value: not null } unknown)
        {
            return new Refusal(RefusalCodes.UnknownPair, $"There is no pair {unknown} here.");
        }

        var found = pairs.IsDefaultOrEmpty ? index.HeadToHeadOf(reason) : pairs.Distinct().Select(index.TryFindPair);
        var closing = found.Where(pair => !index.Pair(pair).Closed).Select(index.IdOf).ToImmutableArray();
        return new Outcome<PairsClosed?> { Value = closing.IsEmpty ? null : new PairsClosed(reason, closing) };
    }

    /// <summary>How many of a segment's pairs are new.</summary>
    public static int NewPairs(ShardIndex index, IReadOnlyList<PairRow> rows) =>
        rows.Where(row => index.TryFindPair(row.Record.Id) == ShardIndex.None).DistinctBy(row => row.Record.Id).Count();

    private static (int Pairs, long? NextLapse) HeldByOthers(ShardIndex index, int annotator, bool rankings)
    {
        var pairs = new HashSet<int>();
        long? next = null;
        foreach (var lease in index.AllActiveLeases)
        {
            ref readonly var entry = ref index.Lease(lease);
            var pair = entry.Pair;
            if (entry.IsProbe || index.IsRanking(pair) != rankings || entry.Annotator == annotator || !index.Pair(pair).IsOpen || index.Pair(pair).Free > 0
                || !MayTake(index, pair, annotator))
            {
                continue;
            }

            pairs.Add(pair);
            next = Math.Min(next ?? long.MaxValue, index.ExpiresOf(lease));
        }

        return (pairs.Count, next);
    }
}
