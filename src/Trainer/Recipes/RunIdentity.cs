using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Templates;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>The members that make two runs the same run: everything that changes a single bit of the result.</summary>
internal static class RunIdentity
{
    public static ImmutableSortedDictionary<string, string> Of(TrainingOptions options, params (string Name, string Value)[] more)
    {
        var run = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        void Add(string name, IFormattable value) => run[name] = value.ToString(null, CultureInfo.InvariantCulture);

        run["rows"] = PolicyHash.OfFile(options.Rows);
        run["device"] = options.Device;
        Add("epochs", options.Epochs);
        Add("batch_size", options.BatchSize);
        Add("accumulation_steps", options.AccumulationSteps);
        Add("learning_rate", options.LearningRate);
        Add("warmup_share", options.WarmupShare);
        Add("final_learning_rate_share", options.FinalLearningRateShare);
        Add("gradient_clip", options.GradientClip);
        Add("adam_beta1", options.AdamBeta1);
        Add("adam_beta2", options.AdamBeta2);
        Add("weight_decay", options.WeightDecay);
        Add("max_length", options.MaxLength);
        Add("seed", options.Seed);
        Add("threads", options.Threads);
        Add("bucket_steps", options.BucketSteps);
        // Members that came later appear only where they act, so that checkpoints from before them still belong to their runs.
        if (options.DType != ScalarType.Float32)
        {
            run["dtype"] = options.DType.ToString();
        }

        if (options.Lora is { } lora)
        {
            run["lora"] = FormattableString.Invariant($"{lora.Rank} {lora.Alpha} {string.Join(' ', lora.Targets)}{(lora.RankStabilized ? " rank-stabilized" : "")}");
        }

        if (ChatTemplate.Hash(options.Model) is { } template)
        {
            run["chat_template"] = template;
        }

        foreach (var (name, value) in more)
        {
            run[name] = value;
        }

        return run.ToImmutable();
    }
}
