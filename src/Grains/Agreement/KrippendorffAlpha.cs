using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Krippendorff's α = 1 − D_o / D_e from the coincidence matrix (Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011), ratings missing or not.</summary>
/// <remarks>Time grows with the square of the number of distinct values. The interval resamples units.</remarks>
public static class KrippendorffAlpha
{
    /// <summary>α, or why it is undefined.</summary>
    /// <param name="ratings">The ratings; units with one rating cannot be compared and drop out.</param>
    /// <param name="scale">Distance of two values.</param>
    /// <param name="resamples">Bootstrap resamples of units; 0 for no interval. Resamples without an α of their own are left out.</param>
    /// <param name="seed">Seed of the resamples.</param>
    public static Statistic Of(ImmutableArray<Rating> ratings, RatingScale scale, int resamples = 0, ulong seed = 1)
    {
        var values = ratings.Select(rating => rating.Value).Distinct().Order().ToArray();
        var units = ratings.GroupBy(rating => rating.Unit).Where(unit => unit.Skip(1).Any()).OrderBy(unit => unit.Key).Select(unit => Counts(unit, values)).ToArray();
        if (units.Length is 0)
        {
            return Statistic.None("No unit has two ratings.", 0);
        }

        var patterns = Patterns(units, out var patternOf);
        var weights = new double[patterns.Length];
        foreach (var pattern in patternOf)
        {
            weights[pattern]++;
        }

        if (Alpha(patterns, weights, values, scale) is not { } alpha)
        {
            return Statistic.None("All ratings that can be compared are the same, so that no disagreement is expected by chance.", units.Length);
        }

        return Statistic.Of(alpha, units.Length) with { Interval = Resample(patternOf, patterns.Length, drawn => Alpha(patterns, drawn, values, scale), resamples, seed) };
    }

    /// <summary>α of units given as counts: how many units there are of each combination of ratings. Cost does not grow with the number of units.</summary>
    /// <param name="patterns">How often each value was given, and of how many units that holds. Units with one rating drop out.</param>
    /// <param name="values">The values, ascending.</param>
    /// <param name="scale">Distance of two values.</param>
    /// <param name="resamples">Bootstrap resamples of units; 0 for no interval. Each pattern's count is drawn by itself (a Poisson bootstrap).</param>
    /// <param name="seed">Seed of the resamples.</param>
    public static Statistic OfPatterns(ImmutableArray<(double[] Counts, int Units)> patterns, double[] values, RatingScale scale, int resamples = 0, ulong seed = 1)
    {
        var known = patterns.Where(pattern => pattern.Counts.Sum() > 1 && pattern.Units > 0).ToArray();
        var units = known.Sum(pattern => pattern.Units);
        if (units is 0)
        {
            return Statistic.None("No unit has two ratings.", 0);
        }

        var (counts, weights) = (known.Select(pattern => pattern.Counts).ToArray(), known.Select(pattern => (double)pattern.Units).ToArray());
        if (Alpha(counts, weights, values, scale) is not { } alpha)
        {
            return Statistic.None("All ratings that can be compared are the same, so that no disagreement is expected by chance.", units);
        }

        var (stream, found, alphas) = (new RandomStream(seed), 0, new double[resamples]);
        for (var r = 0; r < resamples; r++)
        {
            var drawn = weights.Select(weight => Poisson(ref stream, weight)).ToArray();
            if (Alpha(counts, drawn, values, scale) is { } resampled)
            {
                alphas[found++] = resampled;
            }
        }

        return Statistic.Of(alpha, units) with { Interval = Interval.Of(alphas, found) };
    }

    /// <summary>A Poisson number: by inversion for small means, else by the normal that it tends to.</summary>
    private static double Poisson(ref RandomStream stream, double mean)
    {
        if (mean > 50)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - stream.Unit())) * Math.Cos(2 * Math.PI * stream.Unit());
            return Math.Max(0, Math.Round(mean + (Math.Sqrt(mean) * normal)));
        }

        var (count, product, limit) = (0, stream.Unit(), Math.Exp(-mean));
        for (; product > limit; count++)
        {
            product *= stream.Unit();
        }

        return count;
    }

    private static Interval? Resample(int[] patternOf, int patterns, Func<double[], double?> alphaOf, int resamples, ulong seed)
    {
        var (stream, weights, found, alphas) = (new RandomStream(seed), new double[patterns], 0, new double[resamples]);
        for (var r = 0; r < resamples; r++)
        {
            Array.Clear(weights);
            for (var n = 0; n < patternOf.Length; n++)
            {
                weights[patternOf[stream.Below(patternOf.Length)]]++;
            }

            if (alphaOf(weights) is { } alpha)
            {
                alphas[found++] = alpha;
            }
        }

        return Interval.Of(alphas, found);
    }

    private static double[] Counts(IEnumerable<Rating> unit, double[] values)
    {
        var counts = new double[values.Length];
        foreach (var rating in unit)
        {
            counts[Array.BinarySearch(values, rating.Value)]++;
        }

        return counts;
    }

    /// <summary>Units with the same counts are one pattern: a resample then costs one draw a unit, whatever the number of values.</summary>
    private static double[][] Patterns(double[][] units, out int[] patternOf)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var patterns = new List<double[]>();
        patternOf = new int[units.Length];
        for (var n = 0; n < units.Length; n++)
        {
            var key = string.Join(' ', units[n]);
            if (!known.TryGetValue(key, out patternOf[n]))
            {
                known[key] = patternOf[n] = patterns.Count;
                patterns.Add(units[n]);
            }
        }

        return [.. patterns];
    }

    /// <summary>α of weighted patterns, or null when no disagreement is expected.</summary>
    private static double? Alpha(double[][] patterns, double[] weights, double[] values, RatingScale scale)
    {
        var totals = new double[values.Length];
        for (var p = 0; p < patterns.Length; p++)
        {
            for (var c = 0; c < totals.Length; c++)
            {
                totals[c] += weights[p] * patterns[p][c];
            }
        }

        var distance = Distances(totals, values, scale);
        var (observed, expected, n) = (0.0, 0.0, totals.Sum());
        for (var p = 0; p < patterns.Length; p++)
        {
            if (weights[p] > 0)
            {
                observed += weights[p] * Disagreement(patterns[p], distance) / (patterns[p].Sum() - 1);
            }
        }

        expected = Disagreement(totals, distance);
        return expected > 0 ? 1 - ((n - 1) * observed / expected) : null;
    }

    private static double Disagreement(double[] counts, double[] distance)
    {
        var sum = 0.0;
        for (var c = 0; c < counts.Length; c++)
        {
            for (var k = 0; counts[c] > 0 && k < counts.Length; k++)
            {
                sum += counts[c] * counts[k] * distance[(c * counts.Length) + k];
            }
        }

        return sum;
    }

    private static double[] Distances(double[] totals, double[] values, RatingScale scale)
    {
        var distances = new double[values.Length * values.Length];
        for (var c = 0; c < values.Length; c++)
        {
            for (var (k, between) = (c + 1, totals[c]); k < values.Length; k++)
            {
                between += totals[k];
                var distance = scale switch
                {
                    RatingScale.Nominal => 1,
                    RatingScale.Ordinal => between - ((totals[c] + totals[k]) / 2),
                    _ => values[k] - values[c],
                };
                distances[(c * values.Length) + k] = distances[(k * values.Length) + c] = distance * distance;
            }
        }

        return distances;
    }
}
