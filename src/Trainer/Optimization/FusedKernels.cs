using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans.Dpo.Trainer.Optimization;

/// <summary>Single-pass loops over tensor memory on the CPU. Elements are independent of each other, so the result does not depend on the vector width.</summary>
internal static class FusedKernels
{
    public static void AdamW(Span<float> weight, ReadOnlySpan<float> gradient, Span<float> mean, Span<float> square, AdamWCoefficients c)
    {
        var whole = weight.Length - (weight.Length % Vector<float>.Count);
        var weights = MemoryMarshal.Cast<float, Vector<float>>(weight[..whole]);
        var gradients = MemoryMarshal.Cast<float, Vector<float>>(gradient[..whole]);
        var means = MemoryMarshal.Cast<float, Vector<float>>(mean[..whole]);
        var squares = MemoryMarshal.Cast<float, Vector<float>>(square[..whole]);
        var epsilon = new Vector<float>(c.Epsilon);
        for (var i = 0; i < weights.Length; i++)
        {
            var g = gradients[i] * c.GradientScale;
            means[i] = (means[i] * c.Beta1) + (g * (1 - c.Beta1));
            squares[i] = (squares[i] * c.Beta2) + (g * g * (1 - c.Beta2));
            var denominator = (Vector.SquareRoot(squares[i]) / c.SquareRootCorrection) + epsilon;
            weights[i] = (weights[i] * c.Decay) - (means[i] / denominator * c.StepSize);
        }

        for (var i = whole; i < weight.Length; i++)
        {
            var g = gradient[i] * c.GradientScale;
            mean[i] = (mean[i] * c.Beta1) + (g * (1 - c.Beta1));
            square[i] = (square[i] * c.Beta2) + (g * g * (1 - c.Beta2));
            var denominator = (MathF.Sqrt(square[i]) / c.SquareRootCorrection) + c.Epsilon;
            weight[i] = (weight[i] * c.Decay) - (mean[i] / denominator * c.StepSize);
        }
    }

    /// <summary>Σ x², in double precision so that the norm does not depend on how many values there are.</summary>
    public static double SumOfSquares(ReadOnlySpan<float> values)
    {
        double a = 0, b = 0, c = 0, d = 0;
        var whole = values.Length - (values.Length % 4);
        for (var i = 0; i < whole; i += 4)
        {
            a += (double)values[i] * values[i];
            b += (double)values[i + 1] * values[i + 1];
            c += (double)values[i + 2] * values[i + 2];
            d += (double)values[i + 3] * values[i + 3];
        }

        for (var i = whole; i < values.Length; i++)
        {
            a += (double)values[i] * values[i];
        }

        return a + b + (c + d);
    }
}
