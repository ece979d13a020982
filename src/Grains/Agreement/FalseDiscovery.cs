namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Which of many findings to believe, so that the expected share of false ones among them is at most q.</summary>
public static class FalseDiscovery
{
    /// <summary>Benjamini and Hochberg's step-up rule (JRSS B 57, 1995) on p-values that are independent or positively dependent.</summary>
    /// <returns>For each p-value whether it is believed.</returns>
    public static bool[] ByPValues(ReadOnlySpan<double> pValues, double q)
    {
        var sorted = pValues.ToArray();
        Array.Sort(sorted);
        var bound = double.NegativeInfinity;
        for (var i = 0; i < sorted.Length; i++)
        {
            bound = sorted[i] <= q * (i + 1) / sorted.Length ? sorted[i] : bound;
        }

        var believed = new bool[pValues.Length];
        for (var i = 0; i < believed.Length; i++)
        {
            believed[i] = pValues[i] <= bound;
        }

        return believed;
    }

    /// <summary>e-BH (Wang and Ramdas, JRSS B 84, 2022) on logarithms of e-values, whatever their dependence.</summary>
    /// <returns>For each e-value whether it is believed.</returns>
    public static bool[] ByLogEValues(ReadOnlySpan<double> logEValues, double q)
    {
        var sorted = logEValues.ToArray();
        Array.Sort(sorted);
        Array.Reverse(sorted);
        var bound = double.PositiveInfinity;
        for (var i = 0; i < sorted.Length; i++)
        {
            bound = sorted[i] >= DeterministicMath.Log(sorted.Length / (q * (i + 1))) ? sorted[i] : bound;
        }

        var believed = new bool[logEValues.Length];
        for (var i = 0; i < believed.Length; i++)
        {
            believed[i] = logEValues[i] >= bound;
        }

        return believed;
    }
}
