using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Room on the grid: posterior weights of an item, and of one of its votes P(A) − P(B) and P(tie).</summary>
internal readonly ref struct JointLanes(Span<Vector256<double>> weights, Span<Vector256<double>> gap, Span<Vector256<double>> tied)
{
    public Span<Vector256<double>> Weights { get; } = weights;

    public Span<Vector256<double>> Gap { get; } = gap;

    public Span<Vector256<double>> Tied { get; } = tied;
}
