using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>Settings of a short run on the tiny policy.</summary>
internal static class TrainingRun
{
    public static TrainingOptions Options(ScratchFolder scratch, string model, string rows, string output) => new()
    {
        Model = model,
        Rows = rows,
        Output = scratch.File(output),
        Checkpoints = scratch.File($"{output}/checkpoints"),
        Cache = scratch.File($"{output}/cache"),
        Epochs = 2,
        BatchSize = 4,
        LearningRate = 3e-3,
        MaxLength = 64,
        Seed = 3,
        Threads = 1,
    };

    public static (JobTrainResult Result, List<JobMetrics> Metrics) Dpo(DpoOptions options, ControlLines? control = null)
    {
        var metrics = new List<JobMetrics>();
        using var own = new ControlLines();
        return (DpoRecipe.Run(options, control ?? own, metrics.Add), metrics);
    }

    public static byte[] Weights(string output) => File.ReadAllBytes(Path.Combine(output, "policy", "model.safetensors"));
}
