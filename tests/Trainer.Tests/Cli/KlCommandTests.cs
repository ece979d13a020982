using System.CommandLine;
using Orleans.Dpo.Trainer.Cli;
using Orleans.Dpo.Trainer.Evaluation;
using Orleans.Dpo.Trainer.Reports;

namespace Orleans.Dpo.Trainer.Tests.Cli;

public sealed class KlCommandTests
{
    [Fact]
    public async Task Unbiased_estimators_agree_with_the_exact_sum_and_the_report_shows_them()
    {
        using var scratch = new ScratchFolder();
        var (model, start) = (TinyPolicy.Make(scratch, "policy"), TinyPolicy.Make(scratch, "start", seed: 2));
        var prompts = scratch.Write("prompts.jsonl", """{"prompt":"In this comedy,"}""", """{"prompt":"In this drama,"}""");
        var code = await KlCommand.Create().Parse(["--model", model, "--start", start, "--prompts", prompts, "--out", scratch.File("out"), "--n", "150", "--max-new-tokens", "6", "--threads", "1"]).InvokeAsync();
        Assert.Equal(0, code);
        var file = KlFile.Read(scratch.File("out"))!;
        Assert.Equal(["exact", "k1", "k2", "k3", "absolute"], file.Estimators.Select(estimate => estimate.Name));
        Assert.Equal(300, file.Responses);
        var exact = file.Estimators[0];
        foreach (var estimate in file.Estimators.Where(estimate => estimate.Name is "k1" or "k3"))
        {
            Assert.True(Math.Abs(estimate.Nats - exact.Nats) < 5 * (estimate.StandardError + exact.StandardError), $"{estimate.Name} {estimate.Nats} ± {estimate.StandardError}, exact {exact.Nats}");
        }

        Assert.True(file.Estimators[3].Nats > 0);
        File.WriteAllText(scratch.File("out/metrics.jsonl"), """{"step":1,"steps":1,"loss":0.5}""");
        Assert.Contains("Distance from the start", File.ReadAllText(ReportFile.Write(scratch.File("out"))), StringComparison.Ordinal);
    }
}
