using System.Text.Json;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>What a run holds at its peak, in a process of its own (docs/models.md, "What fits where").</summary>
public sealed class TrainingMemoryTests
{
    [Fact]
    public void A_full_run_holds_sixteen_bytes_a_weight_and_one_with_adapters_little_more_than_four()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var scratch = new ScratchFolder();
        var pairs = TinyPolicy.Pairs(scratch, "pairs.jsonl", 2);
        var bare = Peak(scratch, TinyPolicy.Make(scratch, "tiny"), pairs, 2);
        var (model, weights) = TinyPolicy.MakeOf(scratch, "wide", hidden: 512, inner: 2048, layers: 4);
        var full = (Peak(scratch, model, pairs, 2) - bare) / (double)weights;
        var adapters = (Peak(scratch, model, pairs, 2, "--lora-rank", "4", "--lora-targets", "q_proj,v_proj") - bare) / (double)weights;
        Assert.True(full is > 15 and < 18.5, $"{full:F2} bytes a weight in a full run");
        Assert.True(adapters is > 3.5 and < 6.5, $"{adapters:F2} bytes a weight with adapters");
    }

    [Fact]
    public void Gradient_checkpointing_holds_less_than_half_and_trains_the_same()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var scratch = new ScratchFolder();
        var pairs = TinyPolicy.Pairs(scratch, "pairs.jsonl", 64);
        var bare = Peak(scratch, TinyPolicy.Make(scratch, "tiny"), TinyPolicy.Pairs(scratch, "two.jsonl", 2), 2);
        var (model, _) = TinyPolicy.MakeOf(scratch, "deep", hidden: 64, inner: 256, layers: 24);
        var plain = Peak(scratch, model, pairs, 64) - bare;
        var loss = Loss(scratch);
        var recomputed = Peak(scratch, model, pairs, 64, "--gradient-checkpointing") - bare;
        Assert.Equal(loss.Loss, Loss(scratch).Loss);
        Assert.Equal(loss.GradientNorm, Loss(scratch).GradientNorm, 1e-6 * loss.GradientNorm);
        Assert.True(recomputed < 0.5 * plain, $"{recomputed / 1e6:F0} MB beside {plain / 1e6:F0} MB");
    }

    /// <summary>One step over all pairs.</summary>
    private static long Peak(ScratchFolder scratch, string model, string pairs, int rows, params string[] options)
    {
        var folder = scratch.File("run");
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return PeakMemory.Of(
            ["train", "--stage", "dpo", "--model", model, "--data", pairs, "--out", folder, "--epochs", "1", "--batch-size", $"{rows}", "--threads", "1", "--max-length", "64", .. options]);
    }

    private static (double Loss, double GradientNorm) Loss(ScratchFolder scratch)
    {
        var line = JsonDocument.Parse(File.ReadLines(scratch.File("run/metrics.jsonl")).Last()).RootElement;
        return (line.GetProperty("loss").GetDouble(), line.GetProperty("grad_norm").GetDouble());
    }
}
