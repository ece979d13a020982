using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>The promotion rule.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.gate-settings")]
public sealed record GateSettings
{
    /// <summary>strict: head-to-head on held-out prompts and guards. trial: guards only, and the reason says that n is too small to claim better.</summary>
    [Id(0)] public GateProfile Profile { get; init; } = GateProfile.Strict;

    /// <summary>Held-out prompts judged head to head against each opponent; strict needs at least 200.</summary>
    [Id(1), Range(1, 100_000)] public int Prompts { get; init; } = 256;

    /// <summary>Judgments wanted for each head-to-head pair.</summary>
    [Id(2), Range(1, 100)] public int Overlap { get; init; } = 1;

    /// <summary>δ: against the parent the lower bound must reach ½ − δ.</summary>
    [Id(3), Range(0.0, 0.5)] public double NonInferiority { get; init; } = 0.05;

    /// <summary>Responses a held-out prompt sampled for guards and reports.</summary>
    [Id(4), Range(1, 64)] public int SamplesPerPrompt { get; init; } = 2;

    /// <summary>Hours after which a round that waits for judgments expires.</summary>
    [Id(5), Range(1, 10_000)] public int ExpireHours { get; init; } = 168;

    /// <summary>The guards' limits.</summary>
    [Id(6)] public GuardLimits Guards { get; init; } = new();
}
