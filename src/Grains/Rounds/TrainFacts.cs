namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Facts of the training, as the worker reported them.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.train-facts")]
public sealed record TrainFacts
{
    /// <summary>Rows used.</summary>
    [Id(0)] public int Rows { get; init; }

    /// <summary>Optimizer steps.</summary>
    [Id(1)] public int Steps { get; init; }

    /// <summary>Loss of the first batch.</summary>
    [Id(2)] public double StepZeroLoss { get; init; }

    /// <summary>The step-0 check in words.</summary>
    [Id(3)] public string StepZeroCheck { get; init; } = "";

    /// <summary>Mean loss of the last epoch.</summary>
    [Id(4)] public double Loss { get; init; }

    /// <summary>Training accuracy of the last epoch; never gated on.</summary>
    [Id(5)] public double Accuracy { get; init; }

    /// <summary>Mean margin of the last epoch.</summary>
    [Id(6)] public double Margin { get; init; }

    /// <summary>Wall seconds.</summary>
    [Id(7)] public double Seconds { get; init; }
}
