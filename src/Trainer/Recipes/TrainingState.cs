using System.Collections.Immutable;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>Everything of a run that is neither weight nor moment. Data order and random numbers follow from seed and step, so the step is their position.</summary>
internal sealed record TrainingState
{
    public int Format { get; init; } = 1;

    public int Step { get; init; }

    public long Tokens { get; init; }

    public double Seconds { get; init; }

    public double StepZeroLoss { get; init; }

    public string StepZeroCheck { get; init; } = "";

    /// <summary>Sums over the epoch that the step lies in.</summary>
    public EpochSums Epoch { get; init; } = new(0, 0, 0, 0);

    /// <summary>What the run is; a checkpoint of another run is refused, naming the member that differs.</summary>
    public ImmutableSortedDictionary<string, string> Run { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}
