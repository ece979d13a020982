namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What the forward passes of a step gave, summed over its rows.</summary>
internal sealed class StepMeasures
{
    public double Rows { get; set; }

    public double Loss { get; set; }

    public long Tokens { get; set; }

    /// <summary>Set by preference training only.</summary>
    public PairMeasures? Pairs { get; set; }

    /// <summary>Set where rows are single answers called good or bad.</summary>
    public UnpairedMeasures? Unpaired { get; set; }

    /// <summary>The measures of a step over pairs.</summary>
    public static StepMeasures OfPairs(int[] rows) => new() { Rows = rows.Length, Pairs = new PairMeasures() };

    public EpochSums Sums => new(Rows, Loss, Pairs?.Right ?? 0, (Pairs?.ChosenReward ?? 0) - (Pairs?.RejectedReward ?? 0));
}
