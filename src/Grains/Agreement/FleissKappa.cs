using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Fleiss' κ (Psychological Bulletin 76, 1971): several annotators, nominal categories, the same number of ratings on every item.</summary>
public static class FleissKappa
{
    /// <summary>κ, or why it is undefined.</summary>
    /// <param name="counts">For each item, how many ratings each category got.</param>
    public static Statistic Of(ImmutableArray<ImmutableArray<int>> counts)
    {
        if (counts.IsEmpty)
        {
            return Statistic.None("There is no item.", 0);
        }

        var n = counts[0].Sum();
        if (counts.Any(item => item.Sum() != n || item.Length != counts[0].Length))
        {
            return Statistic.None("Items have different numbers of ratings; Krippendorff's alpha has no such condition.", counts.Length);
        }

        if (n < 2)
        {
            return Statistic.None("Items have fewer than two ratings.", counts.Length);
        }

        var all = (double)n * counts.Length;
        var agreeing = counts.Sum(item => item.Sum(count => (long)count * (count - 1)));
        var observed = agreeing / (all * (n - 1));
        var expected = 0.0;
        for (var category = 0; category < counts[0].Length; category++)
        {
            var share = counts.Sum(item => (long)item[category]) / all;
            expected += share * share;
        }

        return expected >= 1
            ? Statistic.None("All ratings are of one category, so that no disagreement is expected by chance.", counts.Length)
            : Statistic.Of((observed - expected) / (1 - expected), counts.Length);
    }
}
