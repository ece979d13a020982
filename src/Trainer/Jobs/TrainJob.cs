using System.Collections.Immutable;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Cli;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.References;

namespace Orleans.Dpo.Trainer.Jobs;

/// <summary>A round's training: rows in, <c>out/policy</c> and <c>out/metrics.jsonl</c> out, checkpoints in <c>checkpoints/</c>.</summary>
internal static class TrainJob
{
    public static JobTrainResult Run(JobFolder folder, JobTrain train, int threads, ControlLines control)
    {
        var training = OptionRanges.Check(new TrainingOptions
        {
            Model = folder.Resolve(train.Start.Folder),
            Rows = folder.Resolve(train.Data),
            Output = folder.Output,
            Checkpoints = folder.Resolve("checkpoints"),
            Cache = folder.Resolve("cache"),
            Epochs = train.Epochs,
            BatchSize = train.BatchSize,
            AccumulationSteps = train.AccumulationSteps,
            LearningRate = train.LearningRate,
            WarmupShare = train.WarmupShare,
            FinalLearningRateShare = train.FinalLearningRateShare,
            GradientClip = train.GradientClip,
            AdamBeta1 = train.AdamBeta1,
            AdamBeta2 = train.AdamBeta2,
            WeightDecay = train.WeightDecay,
            MaxLength = train.MaxLength,
            Seed = folder.Spec.Seed,
            Threads = threads,
            CheckpointEverySteps = train.CheckpointEverySteps,
            Device = JobDevice.Name,
            DType = OptionRanges.TypeOf(train.Dtype ?? "float32"),
            GradientCheckpointing = train.GradientCheckpointing ?? false,
            Lora = OptionRanges.Lora(train.LoraRank, train.LoraAlpha, train.LoraTargets),
        });
        var numbers = train.LossNumbers ?? ImmutableSortedDictionary<string, double>.Empty;
        var smoothing = train.LabelSmoothing == 0 ? (double?)null : train.LabelSmoothing;
        // A job always names a reference; a loss that compares with none leaves it aside.
        var compares = PreferenceLosses.Create(train.Loss, new DpoOptions { Training = training, Beta = train.Beta, LabelSmoothing = smoothing, LossNumbers = numbers }.Given()).UsesReference;
        var options = new DpoOptions
        {
            Training = training,
            Reference = compares ? folder.Resolve(train.Reference.Folder) : null,
            ReferenceValues = new ReferenceOptions { SyncEverySteps = train.ReferenceSyncSteps ?? 0, SyncShare = train.ReferenceSyncShare ?? new ReferenceOptions().SyncShare },
            StartHash = train.Start.Hash,
            ReferenceHash = compares ? train.Reference.Hash : null,
            Loss = train.Loss,
            Beta = train.Beta,
            LabelSmoothing = smoothing,
            LossNumbers = numbers,
            Fields = RowFields.Of((train.RowFields ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
            SampleByWeight = train.RowWeights switch
            {
                null or "loss" => false,
                "sample" => true,
                var other => throw TrainerException.BadInput($"The row weights are {other}; they must be loss or sample."),
            },
            HeldOutPromptIds = train.HeldOutPromptIds is { } ids ? folder.Resolve(ids) : null,
        };
        return DpoRecipe.Run(options, control, ProgressLine.Print);
    }
}
