using System.Runtime.Intrinsics;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Reads an item's posterior through the eyes of an annotator of reliability 1 without biases.</summary>
internal sealed class UsualAnnotator
{
    private readonly JointGrid _grid;
    private readonly Vector256<double>[] _tied;

    public UsualAnnotator(JointGrid grid, double tie)
    {
        _grid = grid;
        _tied = new Vector256<double>[grid.Count];
        var odds = new JointOdds(new Vector256<double>[grid.Count], new Vector256<double>[grid.Count]);
        JointKernel.Tabulate(grid, 1, odds);
        JointKernel.Multiply(odds, 0, tie, Ledger.Choice.Tie, new(new Vector256<double>[grid.Count], new Vector256<double>[grid.Count], _tied));
    }

    public JointItem Item(ReadOnlySpan<Vector256<double>> posterior, int decided, int bothBad, double bothBadRate)
    {
        var (mean, deviation) = _grid.Moments(posterior);
        var tie = Vector256<double>.Zero;
        for (var q = 0; q < posterior.Length; q++)
        {
            tie += posterior[q] * _tied[q];
        }

        var votes = decided + bothBad;
        return new(
            decided is 0 ? 0.5 : _grid.Positive(posterior), decided is 0 ? 0 : mean, deviation, JointGrid.Sum(tie),
            (bothBad + (JointPriors.BothBadVotes * bothBadRate)) / (votes + JointPriors.BothBadVotes), decided, votes);
    }
}
