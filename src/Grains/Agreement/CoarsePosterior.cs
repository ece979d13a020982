using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Posterior weights of one item on <see cref="JointGrid.Coarse"/>, kept in single precision: 96 bytes.</summary>
[InlineArray(Points)]
internal struct CoarsePosterior
{
    private const int Points = 24;
    private float _first;

    public static CoarsePosterior Of(ReadOnlySpan<Vector256<double>> weights)
    {
        var kept = new CoarsePosterior();
        for (var i = 0; i < Points; i++)
        {
            kept[i] = (float)weights[i / 4].GetElement(i % 4);
        }

        return kept;
    }

    public readonly void CopyTo(Span<Vector256<double>> weights)
    {
        for (var q = 0; q < weights.Length; q++)
        {
            weights[q] = Vector256.Create(this[4 * q], this[(4 * q) + 1], this[(4 * q) + 2], (double)this[(4 * q) + 3]);
        }
    }
}
