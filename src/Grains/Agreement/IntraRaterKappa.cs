using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Cohen's κ (Educational and Psychological Measurement 20, 1960) of one annotator with himself, over mirrored repeats, on {A, B, tie, both-bad}.</summary>
public static class IntraRaterKappa
{
    private const int Verdicts = 4;

    /// <summary>κ, or why it is undefined. Repeats with a skip are left out.</summary>
    public static Statistic Of(ReadOnlySpan<RepeatedVerdict> repeats)
    {
        Span<long> first = stackalloc long[Verdicts];
        Span<long> again = stackalloc long[Verdicts];
        var (n, same) = (0L, 0L);
        foreach (var repeat in repeats)
        {
            if (repeat.First is Choice.Skip || repeat.Again is Choice.Skip)
            {
                continue;
            }

            n++;
            first[(int)repeat.First]++;
            again[(int)repeat.Again]++;
            same += repeat.First == repeat.Again ? 1 : 0;
        }

        if (n is 0)
        {
            return Statistic.None("No pair was judged twice.", 0);
        }

        var chance = 0L;
        for (var verdict = 0; verdict < Verdicts; verdict++)
        {
            chance += first[verdict] * again[verdict];
        }

        return chance == n * n
            ? Statistic.None("All verdicts are the same, so that no disagreement is expected by chance.", (int)n)
            : Statistic.Of(((double)(n * same) - chance) / ((n * n) - chance), (int)n);
    }
}
