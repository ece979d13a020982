namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Cohen's κ with quadratic weights (Cohen, Psychological Bulletin 70, 1968) of two annotators on an ordered scale, such as strengths from −3 to 3.</summary>
public static class WeightedCohen
{
    /// <summary>κ, or why it is undefined. With quadratic weights it is 1 − E(x − y)² / (Var x + Var y + (x̄ − ȳ)²); the sums are of integers and exact.</summary>
    /// <param name="first">Ratings of one annotator.</param>
    /// <param name="second">The other's, of the same units in the same order.</param>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static Statistic Of(ReadOnlySpan<int> first, ReadOnlySpan<int> second)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(second.Length, first.Length, nameof(second));
        if (first.IsEmpty)
        {
            return Statistic.None("The two annotators have no unit in common.", 0);
        }

        var (x, y, xx, yy, apart) = (0L, 0L, 0L, 0L, 0L);
        for (var i = 0; i < first.Length; i++)
        {
            long a = first[i], b = second[i];
            x += a;
            y += b;
            xx += a * a;
            yy += b * b;
            apart += (a - b) * (a - b);
        }

        // n²·(Var x + Var y + (x̄ − ȳ)²) = n(Σx² + Σy²) − 2ΣxΣy
        var expected = (first.Length * (xx + yy)) - (2 * x * y);
        return expected is 0
            ? Statistic.None("Both annotators gave one and the same rating throughout, so that no disagreement is expected by chance.", first.Length)
            : Statistic.Of(1 - ((double)first.Length * apart / expected), first.Length);
    }
}
