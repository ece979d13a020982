using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Pages of a shard's lists. A walk gives way to other calls every few milliseconds and ends after a bound, so that no list holds votes up.</summary>
internal static class LedgerShardLists
{
    private const int Slice = 1 << 16;
    private const int MostWalked = 1 << 21;

    /// <summary>Pairs in order of arrival from a number on.</summary>
    public static async Task<ShardPage<PairItem>> PairsAsync(ShardIndex index, PairFilter filter, long from, int count, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<PairItem>();
        var at = (int)Math.Clamp(from, 0, index.PairCount);
        var search = index.SearchOf(filter);
        for (var walked = 0; at < index.PairCount && items.Count < count && walked < MostWalked; walked += Slice)
        {
            var end = Math.Min(index.PairCount, at + Slice);
            for (at = search.Next(at, end); at < end && items.Count < count; at = search.Next(at + 1, end))
            {
                items.Add(index.ItemOf(at));
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return new(items.ToImmutable(), at < index.PairCount ? at : null);
    }

    /// <summary>Judgments stored before a time (Unix microseconds), newest first; the next page goes on before the time it names.</summary>
    public static async Task<ShardPage<JudgmentItem>> JudgmentsAsync(ShardIndex index, JudgmentFilter filter, long before, int count, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<JudgmentItem>();
        var at = index.JudgmentsBefore(filter.Until is { } until ? Math.Min(before, LedgerTime.From(until)) : before);
        var first = filter.Since is { } since ? index.JudgmentsBefore(LedgerTime.From(since)) : 0;
        if (filter.Pair is { } pair)
        {
            var found = index.JudgmentsOfPair(pair, filter, at, first).OrderDescending().Take(count + 1).ToList();
            items.AddRange(found.Take(count).Select(index.ItemOfJudgment));
            return new(items.ToImmutable(), found.Count > count ? index.Judgment(found[count - 1]).Time : null);
        }

        for (var walked = 0; at > first && items.Count < count && walked < MostWalked; walked += Slice)
        {
            var end = Math.Max(first, at - Slice);
            while (items.Count < count && at > end)
            {
                var found = index.PreviousJudgment(filter, at, end);
                at = found == ShardIndex.None ? end : found;
                if (found != ShardIndex.None)
                {
                    items.Add(index.ItemOfJudgment(found));
                }
            }

            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        return new(items.ToImmutable(), at > first ? index.Judgment(at).Time : null);
    }
}
