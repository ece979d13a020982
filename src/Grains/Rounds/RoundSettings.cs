using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>When a round starts, how it trains, what decides its promotion. Copied into the round when it is planned (pre-registered).</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.round-settings")]
public sealed record RoundSettings
{
    /// <summary>Counted votes since the last version at which a round starts; 0 turns the trigger off. Fires at or above, never exactly at.</summary>
    [Id(0), Range(0, 10_000_000)] public int JudgmentsTrigger { get; init; }

    /// <summary>Cron expression (minute hour day month weekday, UTC) at which a round starts when there is any new vote, or null.</summary>
    [Id(1)] public string? Cron { get; init; }

    /// <summary>pi0, parent, or a policy id.</summary>
    [Id(2)] public string Reference { get; init; } = "pi0";

    /// <summary>How it trains.</summary>
    [Id(3)] public TrainingSettings Training { get; init; } = new();

    /// <summary>What decides.</summary>
    [Id(4)] public GateSettings Gate { get; init; } = new();
}

/// <summary>Hyper-parameters of DPO.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.training-settings")]
public sealed record TrainingSettings
{
    /// <summary>Loss by name.</summary>
    [Id(0)] public string Loss { get; init; } = "sigmoid";

    /// <summary>β, dimensionless.</summary>
    [Id(1), Range(0.001, 10.0)] public double Beta { get; init; } = 0.1;

    /// <summary>ε in [0, 0.5).</summary>
    [Id(2), Range(0.0, 0.499)] public double LabelSmoothing { get; init; }

    /// <summary>Peak learning rate.</summary>
    [Id(3), Range(1e-9, 1.0)] public double LearningRate { get; init; } = 5e-7;

    /// <summary>Share of steps for linear warm-up.</summary>
    [Id(4), Range(0.0, 1.0)] public double WarmupShare { get; init; } = 0.1;

    /// <summary>Last learning rate as a share of the peak.</summary>
    [Id(5), Range(0.0, 1.0)] public double FinalLearningRateShare { get; init; }

    /// <summary>Passes over the rows.</summary>
    [Id(6), Range(1, 100)] public int Epochs { get; init; } = 1;

    /// <summary>Pairs a step.</summary>
    [Id(7), Range(1, 4096)] public int BatchSize { get; init; } = 16;

    /// <summary>Largest gradient norm.</summary>
    [Id(8), Range(0.0, 1000.0)] public double GradientClip { get; init; } = 1;

    /// <summary>AdamW β₁.</summary>
    [Id(9), Range(0.0, 0.9999)] public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW β₂.</summary>
    [Id(10), Range(0.0, 0.9999999)] public double AdamBeta2 { get; init; } = 0.99;

    /// <summary>Decoupled weight decay.</summary>
    [Id(11), Range(0.0, 1.0)] public double WeightDecay { get; init; }

    /// <summary>Tokens of prompt and response.</summary>
    [Id(12), Range(8, 1_000_000)] public int MaxLength { get; init; } = 1024;

    /// <summary>Seed of the data order.</summary>
    [Id(13)] public long Seed { get; init; } = 1;

    /// <summary>Threads; 0 is one less than the worker's cores.</summary>
    [Id(14), Range(0, 1024)] public int Threads { get; init; }
}

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

/// <summary>Which rule decides.</summary>
public enum GateProfile
{
    /// <summary>Win rates with intervals, and guards.</summary>
    Strict,

    /// <summary>Guards only.</summary>
    Trial,
}

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
