namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// Evidence that someone answers without reading, as e-values: under honest judging each has mean at most 1, so that one above 1/α at any time, however often it is looked at,
/// is a false alarm with probability at most α (Ville's inequality; Ramdas et al., Statistical Science 38, 2023).
/// </summary>
/// <remarks>
/// The hypothesis is exact and asks nothing of the texts: the server draws the shown order of every lease with a fair coin, so the <em>side</em> that an honest verdict falls on
/// is a fair coin too, independent of all before and of everyone else. Ties, both-bad and skips are left out; that choice does not see the coin. The bets are Krichevsky and Trofimov's
/// mixture (IEEE Trans. Information Theory 27, 1981). A real position bias is found as well: look at its size in <see cref="JointAnnotator.PositionBias"/> before accusing.
/// </remarks>
public static class SequenceEvidence
{
    /// <summary>How many answers back a bet may look.</summary>
    private const int Depth = 2;

    /// <summary>Logarithm of the e-value that one annotator's sides follow a pattern: one side, alternation, or any rule on the two answers before.</summary>
    /// <param name="left">For each decided vote in order of time whether it fell on the left.</param>
    public static double Pattern(ReadOnlySpan<bool> left)
    {
        Span<double> evidence = stackalloc double[Depth + 1];
        for (var depth = 0; depth <= Depth; depth++)
        {
            evidence[depth] = Bet(left, depth);
        }

        return Mean(evidence);
    }

    /// <summary>Logarithm of the e-value that two sequences of sides are one, or each other's opposite: a copied script.</summary>
    /// <param name="one">Sides of one annotator.</param>
    /// <param name="other">Sides of another, aligned by pair or by number; beyond the shorter one nothing is compared.</param>
    public static double Match(ReadOnlySpan<bool> one, ReadOnlySpan<bool> other)
    {
        var same = new bool[Math.Min(one.Length, other.Length)];
        for (var i = 0; i < same.Length; i++)
        {
            same[i] = one[i] == other[i];
        }

        return Bet(same, 0);
    }

    private static double Bet(ReadOnlySpan<bool> outcomes, int depth)
    {
        Span<int> seen = stackalloc int[1 << depth];
        Span<int> ones = stackalloc int[1 << depth];
        var (context, log) = (0, 0.0);
        for (var i = 0; i < outcomes.Length; i++)
        {
            var chance = (ones[context] + 0.5) / (seen[context] + 1);
            log += DeterministicMath.Log(2 * (outcomes[i] ? chance : 1 - chance));
            seen[context]++;
            ones[context] += outcomes[i] ? 1 : 0;
            context = ((context << 1) | (outcomes[i] ? 1 : 0)) & ((1 << depth) - 1);
        }

        return log;
    }

    /// <summary>The mean of e-values is one.</summary>
    private static double Mean(ReadOnlySpan<double> logs)
    {
        var (largest, sum) = (double.NegativeInfinity, 0.0);
        foreach (var log in logs)
        {
            largest = Math.Max(largest, log);
        }

        foreach (var log in logs)
        {
            sum += DeterministicMath.Exp(log - largest);
        }

        return largest + DeterministicMath.Log(sum / logs.Length);
    }
}
