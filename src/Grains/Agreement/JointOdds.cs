using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>e^(a·d/2) of one annotator on the grid, and its reciprocal.</summary>
internal readonly ref struct JointOdds(Span<Vector256<double>> up, Span<Vector256<double>> down)
{
    public Span<Vector256<double>> Up { get; } = up;

    public Span<Vector256<double>> Down { get; } = down;
}
