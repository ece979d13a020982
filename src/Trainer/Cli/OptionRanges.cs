using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Cli;

/// <summary>Refuses options outside their range; nothing is quietly adjusted.</summary>
internal static class OptionRanges
{
    public static TrainingOptions Check(TrainingOptions options)
    {
        Require(options.Epochs > 0, "epochs", options.Epochs, "at least 1");
        Require(options.BatchSize > 0, "batch size", options.BatchSize, "at least 1");
        Require(options.AccumulationSteps > 0, "accumulation steps", options.AccumulationSteps, "at least 1");
        Require(options.LearningRate is > 0 and < 1, "learning rate", options.LearningRate, "above 0 and below 1");
        Require(options.WarmupShare is >= 0 and <= 1, "warm-up share", options.WarmupShare, "between 0 and 1");
        Require(options.FinalLearningRateShare is >= 0 and <= 1, "final learning rate share", options.FinalLearningRateShare, "between 0 and 1");
        Require(options.GradientClip > 0, "gradient clip", options.GradientClip, "above 0");
        Require(options.AdamBeta1 is >= 0 and < 1, "AdamW β₁", options.AdamBeta1, "in [0, 1)");
        Require(options.AdamBeta2 is >= 0 and < 1, "AdamW β₂", options.AdamBeta2, "in [0, 1)");
        Require(options.WeightDecay >= 0, "weight decay", options.WeightDecay, "0 or more");
        Require(options.MaxLength > 1, "maximal length", options.MaxLength, "at least 2");
        Require(options.BucketSteps > 0, "bucket steps", options.BucketSteps, "at least 1");
        Require(options.CheckpointEverySteps >= 0, "steps between checkpoints", options.CheckpointEverySteps, "0 or more");
        Require(options.KeepCheckpoints > 0, "checkpoints kept", options.KeepCheckpoints, "at least 1");
        return options;
    }

    /// <summary>float32 or bfloat16.</summary>
    public static torch.ScalarType TypeOf(string name) => name switch
    {
        "float32" => torch.ScalarType.Float32,
        "bfloat16" => torch.ScalarType.BFloat16,
        _ => throw TrainerException.BadInput($"The dtype is {name}; it must be float32 or bfloat16."),
    };

    /// <summary>Adapters to train, or null when no rank is given.</summary>
    public static LoraOptions? Lora(int? rank, double? alpha, string? targets)
    {
        if (rank is not { } size)
        {
            return alpha is null && targets is null ? null : throw TrainerException.BadInput("LoRA's alpha and targets need a rank; give --lora-rank too.");
        }

        Require(size > 0, "rank of LoRA", size, "at least 1");
        Require(alpha is null or > 0, "alpha of LoRA", alpha ?? 0, "above 0");
        return new LoraOptions(size, alpha ?? (2 * size), [.. (targets ?? LoraOptions.AllLinear).Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]);
    }

    public static void Require(bool holds, string name, IFormattable value, string range)
    {
        if (!holds)
        {
            throw TrainerException.BadInput($"The {name} is {value.ToString(null, System.Globalization.CultureInfo.InvariantCulture)}; it must be {range}.");
        }
    }
}
