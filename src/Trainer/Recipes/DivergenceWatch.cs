using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Stops a run whose numbers have gone: not finite, or a loss that the last steps hold far above where it began.</summary>
internal sealed class DivergenceWatch
{
    private const int Window = 10;
    private readonly Queue<double> _recent = new();
    private readonly List<double> _first = [];

    /// <param name="step">Number of the step, from 1, for the message.</param>
    /// <param name="loss">Mean loss of the step.</param>
    /// <param name="gradientNorm">Norm before clipping.</param>
    /// <param name="rows">Rows to blame when the numbers are not finite, for the message.</param>
    public void Check(int step, double loss, double gradientNorm, IReadOnlyCollection<RowName>? rows = null)
    {
        if (!double.IsFinite(loss) || !double.IsFinite(gradientNorm))
        {
            var what = double.IsFinite(loss) ? $"the gradient norm is {gradientNorm}" : $"the loss is {loss}";
            throw TrainerException.Diverged($"Step {step}: {what}{(rows is { Count: > 0 } ? $" with {RowName.Listed(rows)}" : "")}. Lower the learning rate or check the rows; the update was not applied.");
        }

        if (_first.Count < Window)
        {
            _first.Add(loss);
        }

        _recent.Enqueue(loss);
        if (_recent.Count > Window)
        {
            _recent.Dequeue();
        }

        if (_recent.Count == Window && _recent.Average() > (4 * Math.Abs(_first.Average())) + 1)
        {
            throw TrainerException.Diverged($"Step {step}: the loss was {_first.Average():F3} at first and is {_recent.Average():F3} now. Lower the learning rate.");
        }
    }
}
