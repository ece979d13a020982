using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Leases of models. They are beside the slots, so that no machine takes a person's.</summary>
internal static partial class LedgerShardRules
{
    /// <summary>Pairs in the order of their arrival that the model has not judged; whether people still want votes of them does not matter.</summary>
    public static LeaseGranted? LeaseApart(ShardIndex index, LeaseRequest request, ReadOnlySpan<LeaseId> ids, long now)
    {
        index.Lapse(now);
        var annotator = index.TryFindAnnotator(request.Annotator);
        var granted = ImmutableArray.CreateBuilder<GrantedLease>(ids.Length);
        for (var pair = index.ApartFrom(annotator); pair < index.PairCount && granted.Count < ids.Length; pair++)
        {
            if (IsForMachine(index, pair, annotator))
            {
                granted.Add(new(ids[granted.Count], index.IdOf(pair), ids[granted.Count].Order) { Purpose = Purpose.Machine, Probe = 1 });
            }
        }

        return granted.Count == 0 ? null : new(request.Annotator, request.Minutes, granted.DrainToImmutable());
    }

    /// <summary>True when the model may judge the pair and neither holds nor has judged it.</summary>
    public static bool IsForMachine(ShardIndex index, int pair, int annotator) =>
        index.Pair(pair) is { Closed: false, InReview: false, Purpose: (byte)Purpose.Vote }
        && (annotator == ShardIndex.None || (index.ActiveLease(pair, annotator) == ShardIndex.None && index.LiveJudgment(pair, annotator) == ShardIndex.None));
}
