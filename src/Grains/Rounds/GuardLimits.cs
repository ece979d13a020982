using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Limits of the guards; docs/gate.md has the measurements behind the defaults.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.guard-limits")]
public sealed record GuardLimits
{
    /// <summary>Largest KL(π‖π0) in nats a response.</summary>
    [Id(0), Range(0.0, 1000.0)] public double Kl { get; init; } = 3.5;

    /// <summary>Largest growth of that KL over the parent's.</summary>
    [Id(1), Range(0.0, 1000.0)] public double KlGrowth { get; init; } = 1.5;

    /// <summary>Smallest mean length as a share of π0's.</summary>
    [Id(2), Range(0.0, 1.0)] public double LengthRatioMin { get; init; } = 0.75;

    /// <summary>Largest mean length as a share of π0's.</summary>
    [Id(3), Range(1.0, 100.0)] public double LengthRatioMax { get; init; } = 1.3;

    /// <summary>Smallest share of finished responses.</summary>
    [Id(4), Range(0.0, 1.0)] public double Finished { get; init; } = 0.98;

    /// <summary>Smallest distinct-2 as a share of π0's.</summary>
    [Id(5), Range(0.0, 1.0)] public double Distinct2Ratio { get; init; } = 0.6;

    /// <summary>Largest odd rate.</summary>
    [Id(6), Range(0.0, 1.0)] public double OddRate { get; init; } = 0.05;

    /// <summary>Largest fall of the mean log-probability of held-out chosen responses, nats.</summary>
    [Id(7), Range(0.0, 1000.0)] public double ChosenLogpFall { get; init; } = 10;

    /// <summary>Smallest held-out pair accuracy, checked from 20 held-out pairs on.</summary>
    [Id(8), Range(0.0, 1.0)] public double PairAccuracy { get; init; } = 0.4;
}
