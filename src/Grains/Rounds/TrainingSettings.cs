using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Hyper-parameters of a round's training. Later members are absent from JSON where they are null, so older settings keep their bytes.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.training-settings")]
public sealed record TrainingSettings
{
    /// <summary>A loss over pairs by name, or a sum of losses (docs/paper-index.md).</summary>
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

    /// <summary>Weight of the chosen answer's likelihood, of the loss dpoNll; null: its default.</summary>
    [Id(15), Range(0.0, 1000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? NllWeight { get; init; }

    /// <summary>Constant margin in units of reward, of the loss margin; null: 0.</summary>
    [Id(16), Range(0.0, 1000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? Margin { get; init; }

    /// <summary>Factor on the rows' margins, of the loss margin; null: 1.</summary>
    [Id(17), Range(0.0, 1000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? MarginScale { get; init; }

    /// <summary>λ of the loss dpop; null: 50.</summary>
    [Id(18), Range(0.0, 10000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? DpopPenalty { get; init; }

    /// <summary>γ/β of the loss simpo, nats a token; null: 0.5.</summary>
    [Id(19), Range(0.0, 1000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? SimpoMarginRatio { get; init; }

    /// <summary>Columns of the rows that act, with commas between: weight, p_chosen (soft labels), margin; null: none.</summary>
    [Id(20), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? RowFields { get; init; }

    /// <summary>What the column weight does: loss or sample; null: loss.</summary>
    [Id(21), RegularExpression("loss|sample"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? RowWeights { get; init; }

    /// <summary>Updates between synchronisations of the reference with the policy; null: the reference is frozen.</summary>
    [Id(22), Range(1, 1_000_000), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? ReferenceSyncSteps { get; init; }

    /// <summary>The policy's share at a synchronisation; null: 0.6.</summary>
    [Id(23), Range(0.0, 1.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? ReferenceSyncShare { get; init; }

    /// <summary>Type of weights and matrix products: float32 or bfloat16; null: float32.</summary>
    [Id(24), RegularExpression("float32|bfloat16"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Dtype { get; init; }

    /// <summary>Compute layers again in the backward pass to save memory; null: no.</summary>
    [Id(25), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public bool? GradientCheckpointing { get; init; }

    /// <summary>Train adapters of this rank in place of all weights; null: all weights.</summary>
    [Id(26), Range(1, 4096), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public int? LoraRank { get; init; }

    /// <summary>Scale of the adapters times their rank; null: twice the rank.</summary>
    [Id(27), Range(0.001, 100000.0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public double? LoraAlpha { get; init; }

    /// <summary>Projections that get an adapter, with commas between; null: all but the output head.</summary>
    [Id(28), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? LoraTargets { get; init; }
}
