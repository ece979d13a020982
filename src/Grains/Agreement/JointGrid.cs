using System.Collections.Immutable;
using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Equally spaced values of d, symmetric about 0 and without 0, in lanes of four; the prior of d on them.</summary>
/// <remarks>Four lanes on every machine, and sums in one order: the width of the processor's registers changes no bit.</remarks>
internal sealed class JointGrid
{
    private JointGrid(int points, double step)
    {
        var (values, prior) = (new double[points], new double[points]);
        var sum = 0.0;
        for (var i = 0; i < points; i++)
        {
            values[i] = (i - ((points - 1) * 0.5)) * step;
            prior[i] = DeterministicMath.Exp(-0.5 * values[i] * values[i] / (JointPriors.ItemDeviation * JointPriors.ItemDeviation));
            sum += prior[i];
        }

        Values = Lanes(values);
        Prior = Lanes([.. prior.Select(weight => weight / sum)]);
    }

    /// <summary>24 points at 0.4: for the iterations.</summary>
    public static JointGrid Coarse { get; } = new(24, 0.4);

    /// <summary>96 points at 0.1: for posteriors that are handed out.</summary>
    public static JointGrid Fine { get; } = new(96, 0.1);

    /// <summary>Lanes of four.</summary>
    public int Count => Values.Length;

    /// <summary>Values of d.</summary>
    public ImmutableArray<Vector256<double>> Values { get; }

    /// <summary>Prior weights; they sum to 1.</summary>
    public ImmutableArray<Vector256<double>> Prior { get; }

    /// <summary>The sum of four lanes, always in the same order.</summary>
    public static double Sum(Vector256<double> lanes) => (lanes.GetElement(0) + lanes.GetElement(1)) + (lanes.GetElement(2) + lanes.GetElement(3));

    /// <summary>Divides weights by their sum.</summary>
    public static void Normalise(Span<Vector256<double>> weights)
    {
        var sum = Vector256<double>.Zero;
        foreach (var lanes in weights)
        {
            sum += lanes;
        }

        var scale = Vector256.Create(1 / Sum(sum));
        for (var q = 0; q < weights.Length; q++)
        {
            weights[q] *= scale;
        }
    }

    /// <summary>P(d &gt; 0): the midpoint sum over d &gt; 0 with its first Euler–Maclaurin term, −h²f′(0)/24.</summary>
    public double Positive(ReadOnlySpan<Vector256<double>> weights)
    {
        var half = Count / 2;
        var sum = Vector256<double>.Zero;
        foreach (var lanes in weights[half..])
        {
            sum += lanes;
        }

        return Math.Clamp(Sum(sum) - ((weights[half].GetElement(0) - weights[half - 1].GetElement(3)) / 24), 0, 1);
    }

    /// <summary>Mean and standard deviation.</summary>
    public (double Mean, double Deviation) Moments(ReadOnlySpan<Vector256<double>> weights)
    {
        var (first, second) = (Vector256<double>.Zero, Vector256<double>.Zero);
        for (var q = 0; q < weights.Length; q++)
        {
            first += weights[q] * Values[q];
            second += weights[q] * Values[q] * Values[q];
        }

        var mean = Sum(first);
        return (mean, Math.Sqrt(Math.Max(0, Sum(second) - (mean * mean))));
    }

    private static ImmutableArray<Vector256<double>> Lanes(double[] numbers) =>
        [.. numbers.Chunk(4).Select(four => Vector256.Create(four[0], four[1], four[2], four[3]))];
}
