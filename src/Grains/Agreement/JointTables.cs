using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>e^(±a·d/2) of every annotator on a grid: the part of the likelihood that no vote shares with another annotator.</summary>
internal sealed class JointTables
{
    private readonly Vector256<double>[] _up;
    private readonly Vector256<double>[] _down;
    private readonly int _count;

    public JointTables(JointGrid grid, int annotators)
    {
        (Grid, _count) = (grid, grid.Count);
        (_up, _down) = (new Vector256<double>[annotators * _count], new Vector256<double>[annotators * _count]);
    }

    public JointGrid Grid { get; }

    public void Fill(ReadOnlySpan<double> reliability)
    {
        for (var k = 0; k < reliability.Length; k++)
        {
            JointKernel.Tabulate(Grid, reliability[k], Of(k));
        }
    }

    public JointOdds Of(int annotator) => new(_up.AsSpan(annotator * _count, _count), _down.AsSpan(annotator * _count, _count));
}
