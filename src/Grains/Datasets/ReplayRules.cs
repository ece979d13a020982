using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Which earlier rows a version repeats.</summary>
public static class ReplayRules
{
    /// <summary>The pairs with the smallest SHA-256(<c>replay/1</c>, seed, pair): the same ones whenever and wherever it is asked.</summary>
    public static ImmutableArray<PairId> Draw(IEnumerable<PairId> pairs, long seed, int count) =>
    [
        .. pairs.Select(pair => (Key: ContentHash.Hex(string.Create(CultureInfo.InvariantCulture, $"replay/1\n{seed}\n{pair.Value}")), Pair: pair))
            .OrderBy(item => item.Key, StringComparer.Ordinal).Take(count).Select(item => item.Pair).Order(),
    ];
}
