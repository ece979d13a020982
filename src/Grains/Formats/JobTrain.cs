using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>A round of preference training: rows in, candidate policy out (<c>out/policy</c>), metrics in <c>out/metrics.jsonl</c>, checkpoints in <c>checkpoints/</c>.</summary>
public sealed record JobTrain
{
    /// <summary>Weights to start from.</summary>
    public required JobPolicy Start { get; init; }

    /// <summary>The frozen reference; may be the same policy as <see cref="Start"/>.</summary>
    public required JobPolicy Reference { get; init; }

    /// <summary>JSON lines with at least <c>pair_id, prompt_id, prompt, chosen, rejected</c>.</summary>
    public required string Data { get; init; }

    /// <summary>Text file of held-out prompt ids, one a line; a training row with one of them stops the round. Null: not checked.</summary>
    public string? HeldOutPromptIds { get; init; }

    /// <summary>A loss by name or a sum of losses, as listed by <c>train --help</c>.</summary>
    public string Loss { get; init; } = "sigmoid";

    /// <summary>β, dimensionless; larger keeps the policy nearer the reference.</summary>
    public double Beta { get; init; } = 0.1;

    /// <summary>ε, share of labels assumed flipped, in [0, 0.5).</summary>
    public double LabelSmoothing { get; init; }

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; init; } = 5e-7;

    /// <summary>Share of all steps used to warm up linearly.</summary>
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Learning rate at the last step as a share of the peak; the schedule between is linear.</summary>
    public double FinalLearningRateShare { get; init; }

    /// <summary>Passes over the rows.</summary>
    public int Epochs { get; init; } = 1;

    /// <summary>Pairs a step (before accumulation).</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Micro-batches accumulated in one optimizer step.</summary>
    public int AccumulationSteps { get; init; } = 1;

    /// <summary>Largest gradient norm; larger ones are scaled down.</summary>
    public double GradientClip { get; init; } = 1.0;

    /// <summary>AdamW β₁.</summary>
    public double AdamBeta1 { get; init; } = 0.9;

    /// <summary>AdamW β₂.</summary>
    public double AdamBeta2 { get; init; } = 0.99;

    /// <summary>Decoupled weight decay.</summary>
    public double WeightDecay { get; init; }

    /// <summary>Tokens of prompt and response together; a longer row is left out, counted and reported.</summary>
    public int MaxLength { get; init; } = 1024;

    /// <summary>Further numbers of the loss by option name, such as <c>nll-weight</c>. Null: its defaults.</summary>
    public ImmutableSortedDictionary<string, double>? LossNumbers { get; init; }

    /// <summary>Columns of the rows that act, with commas between: <c>weight</c>, <c>p_chosen</c>, <c>margin</c>. Null: none.</summary>
    public string? RowFields { get; init; }

    /// <summary>What <c>weight</c> does: <c>loss</c> (null) or <c>sample</c>.</summary>
    public string? RowWeights { get; init; }

    /// <summary>Updates between synchronisations of the reference with the policy. Null: it is frozen.</summary>
    public int? ReferenceSyncSteps { get; init; }

    /// <summary>The policy's share at a synchronisation, in (0, 1]. Null: 0.6.</summary>
    public double? ReferenceSyncShare { get; init; }

    /// <summary>Type of weights and matrix products: <c>float32</c> (null) or <c>bfloat16</c>.</summary>
    public string? Dtype { get; init; }

    /// <summary>Compute layers again in the backward pass to save memory. Null: no.</summary>
    public bool? GradientCheckpointing { get; init; }

    /// <summary>Train adapters of this rank in place of all weights; <c>out/policy</c> has them merged in. Null: all weights are trained.</summary>
    public int? LoraRank { get; init; }

    /// <summary>Scale of the adapters times their rank. Null: twice the rank.</summary>
    public double? LoraAlpha { get; init; }

    /// <summary>Projections that get an adapter, with commas between. Null: all but the output head.</summary>
    public string? LoraTargets { get; init; }

    /// <summary>Steps between checkpoints; 0 keeps none but those asked for on stdin.</summary>
    public int CheckpointEverySteps { get; init; } = 20;
}
