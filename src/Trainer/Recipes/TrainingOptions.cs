using Orleans.Dpo.Trainer.Modeling.Adapters;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What every training run is told, whatever its loss.</summary>
internal sealed record TrainingOptions
{
    /// <summary>Folder of the model to start from, in Hugging Face layout, or of an adapter, which is then trained on.</summary>
    public required string Model { get; init; }

    /// <summary>JSON lines to train on.</summary>
    public required string Rows { get; init; }

    /// <summary>Gets <c>policy/</c> and <c>metrics.jsonl</c>.</summary>
    public required string Output { get; init; }

    /// <summary>Gets the checkpoints; a run that finds its own here goes on from the newest.</summary>
    public required string Checkpoints { get; init; }

    /// <summary>Gets what can be computed again, such as reference log-probabilities.</summary>
    public required string Cache { get; init; }

    public int Epochs { get; init; } = 1;

    /// <summary>Rows of a forward pass.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Forward passes of one optimizer step.</summary>
    public int AccumulationSteps { get; init; } = 1;

    public double LearningRate { get; init; } = 5e-7;

    public double WarmupShare { get; init; } = 0.1;

    public double FinalLearningRateShare { get; init; }

    public double GradientClip { get; init; } = 1;

    public double AdamBeta1 { get; init; } = 0.9;

    public double AdamBeta2 { get; init; } = 0.99;

    public double WeightDecay { get; init; }

    /// <summary>Tokens of a whole sequence.</summary>
    public int MaxLength { get; init; } = 1024;

    public long Seed { get; init; }

    public int Threads { get; init; } = 1;

    public int CheckpointEverySteps { get; init; }

    public int KeepCheckpoints { get; init; } = 2;

    /// <summary>Steps whose rows are sorted by length together; 1 shuffles freely.</summary>
    public int BucketSteps { get; init; } = 1;

    public string Device { get; init; } = "cpu";

    /// <summary>Type of weights and matrix products.</summary>
    public ScalarType DType { get; init; } = ScalarType.Float32;

    /// <summary>Keep layers' inputs alone in the forward pass and compute the rest again in the backward pass.</summary>
    public bool GradientCheckpointing { get; init; }

    /// <summary>Fresh adapters to train in place of all weights, or null.</summary>
    public LoraOptions? Lora { get; init; }

    public int RowsPerStep => BatchSize * AccumulationSteps;
}
