using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Cli;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Recipes;

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
        });
        var options = new DpoOptions
        {
            Training = training,
            Reference = folder.Resolve(train.Reference.Folder),
            StartHash = train.Start.Hash,
            ReferenceHash = train.Reference.Hash,
            Loss = train.Loss,
            Beta = train.Beta,
            LabelSmoothing = train.LabelSmoothing == 0 ? null : train.LabelSmoothing,
            HeldOutPromptIds = train.HeldOutPromptIds is { } ids ? folder.Resolve(ids) : null,
        };
        return DpoRecipe.Run(options, control, ProgressLine.Print);
    }
}
