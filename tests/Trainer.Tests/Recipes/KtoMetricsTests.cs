using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

public sealed class KtoMetricsTests
{
    [Fact]
    public void Good_and_bad_answers_are_measured_apart_each_over_its_own_count()
    {
        using var scratch = new ScratchFolder();
        var rows = scratch.Write("kto.jsonl", [.. Enumerable.Range(0, 18).Select(i =>
            $$"""{"prompt":"In this {{(i % 2 == 0 ? "comedy" : "drama")}} about a young baker,","completion":" the plot {{(i % 3 == 0 ? "drags" : "is good")}}.","label":{{(i % 3 == 0 ? "false" : "true")}}}""")]);
        var options = TrainingRun.Options(scratch, TinyPolicy.Make(scratch, "start"), rows, "out");
        var metrics = new List<JobMetrics>();
        using var control = new ControlLines();
        KtoRecipe.Run(new KtoOptions { Training = options with { Epochs = 6, BatchSize = 6 } }, control, metrics.Add);
        Assert.All(metrics, line => Assert.True(line.Kl >= 0, $"kl {line.Kl}"));
        foreach (var line in metrics.Where(line => line.RewardsChosen is not null && line.RewardsRejected is not null))
        {
            Assert.Equal(line.RewardsChosen!.Value - line.RewardsRejected!.Value, line.RewardsMargins!.Value, 9);
            Assert.True(line.LogpsChosen < 0 && line.LogpsRejected < 0);
        }

        Assert.True(metrics[^1].RewardsChosen is null || metrics[^1].RewardsMargins is null || metrics[^1].RewardsMargins > 0, $"margin {metrics[^1].RewardsMargins}");
        Assert.False(File.Exists(scratch.File("out/pairs.jsonl")));
        Assert.Contains("KTO", File.ReadAllText(scratch.File("out/report.html")), StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_without_a_bad_answer_says_nothing_about_bad_answers()
    {
        var measures = new UnpairedMeasures();
        measures.Add(desirable: true, 1, -4);
        measures.Add(desirable: true, 2, -6);
        Assert.Equal((1.5, -5, null, null), (measures.ChosenReward, measures.ChosenLogp, measures.RejectedReward, measures.RejectedLogp));
    }
}
