using System.ComponentModel.DataAnnotations;

namespace Orleans.Dpo.Grains.Rounds;

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
