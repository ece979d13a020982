using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

public sealed class DpoRecipeTests
{
    [Fact]
    public void A_run_learns_the_preference_and_writes_policy_and_metrics()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "out");
        var (result, metrics) = TrainingRun.Dpo(options);
        Assert.Equal(Math.Log(2), result.StepZeroLoss, 1e-6);
        Assert.StartsWith("start = reference", result.StepZeroCheck, StringComparison.Ordinal);
        Assert.True(result.Accuracy > 0.9, $"accuracy {result.Accuracy}");
        Assert.Equal(PolicyHash.Of(scratch.File("out/policy")), result.PolicyHash);
        Assert.Equal((18, 0, 10), (result.Rows, result.RowsTooLong, result.Steps));
        var lines = File.ReadAllLines(scratch.File("out/metrics.jsonl")).Select(line => JsonSerializer.Deserialize<JobMetrics>(line, JobJson.Line)!).ToArray();
        Assert.Equal(metrics, lines);
        Assert.Equal(Enumerable.Range(1, 10), lines.Select(line => line.Step));
        Assert.Equal(2, lines[^1].Epoch);
        Assert.Equal(lines[^1].RewardsMargins!.Value, lines[^1].RewardsChosen!.Value - lines[^1].RewardsRejected!.Value, 9);
    }

    [Fact]
    public void Means_over_the_last_epoch_weigh_every_pair_alike_in_a_ragged_last_step_too()
    {
        using var scratch = new ScratchFolder();
        var (result, metrics) = TrainingRun.Dpo(Options(scratch, "out"));
        int[] pairs = [4, 4, 4, 4, 2];
        Assert.Equal(metrics[5..].Zip(pairs, (line, count) => line.Loss * count).Sum() / 18, result.Loss, 1e-9);
        Assert.Equal(metrics[5..].Zip(pairs, (line, count) => line.RewardsAccuracies!.Value * count).Sum() / 18, result.Accuracy, 1e-9);
    }

    [Fact]
    public void Accumulation_follows_the_trajectory_of_the_larger_batch()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "whole");
        var (_, whole) = TrainingRun.Dpo(options);
        var (_, split) = TrainingRun.Dpo(options with { Training = options.Training with { BatchSize = 2, AccumulationSteps = 2, Output = scratch.File("split"), Checkpoints = scratch.File("split/c") } });
        Close.To([.. whole.Select(line => line.Loss)], [.. split.Select(line => (float)line.Loss)], 1e-4);
        Close.To([.. whole.Select(line => line.GradNorm)], [.. split.Select(line => (float)line.GradNorm)], 1e-3);
    }

    [Fact]
    public void A_later_round_starts_away_from_its_reference_and_is_checked_against_the_stored_policies()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "first");
        TrainingRun.Dpo(options);
        var (result, _) = TrainingRun.Dpo(options with { Training = options.Training with { Model = scratch.File("first/policy"), Output = scratch.File("second"), Checkpoints = scratch.File("second/c") } });
        Assert.StartsWith("start ≠ reference: log-probabilities of 18 rows equal", result.StepZeroCheck, StringComparison.Ordinal);
        Assert.True(result.StepZeroLoss < 0.6, $"loss {result.StepZeroLoss}");
    }

    [Fact]
    public void A_cached_reference_that_is_not_the_references_stops_the_run()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "out");
        TrainingRun.Dpo(options);
        var cached = Directory.GetFiles(scratch.File("out/cache")).Single();
        var bytes = File.ReadAllBytes(cached);
        BitConverter.GetBytes(-1f).CopyTo(bytes, bytes.Length - 8);
        File.WriteAllBytes(cached, bytes);
        var again = options with { Training = options.Training with { Checkpoints = scratch.File("other"), Seed = 4, BatchSize = 18 } };
        var failure = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(again));
        Assert.Equal("step-0", failure.Code);
        Assert.Equal(3, failure.ExitCode);
    }

    [Theory]
    [InlineData("chosen", "has an empty chosen answer")]
    [InlineData("rejected", "has an empty rejected answer")]
    public void An_empty_answer_stops_the_run(string side, string reason)
    {
        using var scratch = new ScratchFolder();
        var row = $$"""{"pair_id":"pr_9","prompt":"In this comedy,","chosen":"{{(side == "chosen" ? "" : " good")}}","rejected":"{{(side == "rejected" ? "" : " bad")}}"}""";
        RequireStop(scratch, Options(scratch, "out", scratch.Write("rows.jsonl", row)), $"Pair pr_9 (line 1) {reason}");
    }

    [Fact]
    public void A_held_out_prompt_among_the_rows_stops_the_run()
    {
        using var scratch = new ScratchFolder();
        RequireStop(scratch, Options(scratch, "out") with { HeldOutPromptIds = scratch.Write("held-out.txt", "p_99", "p_3") }, "about prompt p_3, which is held out");
    }

    [Fact]
    public void A_row_without_prompt_id_cannot_pass_the_held_out_check()
    {
        using var scratch = new ScratchFolder();
        var rows = scratch.Write("rows.jsonl", """{"prompt":"In this comedy,","chosen":" good","rejected":" bad"}""");
        RequireStop(scratch, Options(scratch, "out", rows) with { HeldOutPromptIds = scratch.Write("held-out.txt", "p_3") }, "has no prompt_id");
    }

    [Fact]
    public void A_policy_that_is_not_the_declared_one_stops_the_run()
    {
        using var scratch = new ScratchFolder();
        var other = new string('0', 64);
        RequireStop(scratch, Options(scratch, "out") with { ReferenceHash = other }, "The reference policy hashes to");
        RequireStop(scratch, Options(scratch, "out") with { StartHash = other }, "The start policy hashes to");
    }

    [Fact]
    public void A_reference_with_another_tokenizer_is_refused()
    {
        using var scratch = new ScratchFolder();
        var reference = TinyPolicy.Make(scratch, "reference");
        File.AppendAllText(Path.Combine(reference, "tokenizer.json"), "\n");
        var failure = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(Options(scratch, "out") with { Reference = reference }));
        Assert.Contains("The reference has another tokenizer.json", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cancelled_run_keeps_a_checkpoint_and_goes_on_to_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        var whole = Options(scratch, "whole");
        TrainingRun.Dpo(whole);
        var options = Options(scratch, "stopped");
        using (var control = new ControlLines())
        {
            var failure = Assert.Throws<TrainerException>(() => DpoRecipe.Run(options, control, line =>
            {
                if (line.Step == 4)
                {
                    control.Obey("cancel");
                }
            }));
            Assert.Equal((4, "cancelled"), (failure.ExitCode, failure.Code));
        }

        var (result, _) = TrainingRun.Dpo(options);
        Assert.Equal(4, result.ResumedFrom);
        Assert.Equal(TrainingRun.Weights(whole.Training.Output), TrainingRun.Weights(options.Training.Output));
        Assert.Equal(
            File.ReadLines(scratch.File("whole/metrics.jsonl")).Select(WithoutTime),
            File.ReadLines(scratch.File("stopped/metrics.jsonl")).Select(WithoutTime));
    }

    [Fact]
    public void A_checkpoint_of_another_run_is_refused_by_what_differs()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "out");
        TrainingRun.Dpo(options with { Training = options.Training with { CheckpointEverySteps = 3 } });
        var failure = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(options with { Beta = 0.7 }));
        Assert.Contains("its beta is 0.5, this run's is 0.7", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_newest_checkpoints_are_kept_and_one_asked_for_is_written_at_once()
    {
        using var scratch = new ScratchFolder();
        var options = Options(scratch, "out");
        using var control = new ControlLines();
        control.Obey("checkpoint");
        control.Obey("a line from a newer parent");
        DpoRecipe.Run(options with { Training = options.Training with { CheckpointEverySteps = 4, KeepCheckpoints = 2 } }, control, line =>
        {
            if (line.Step == 2)
            {
                Assert.Equal(["step-000001"], Directory.EnumerateDirectories(scratch.File("out/checkpoints")).Select(Path.GetFileName));
            }
        });
        Assert.Equal(["step-000004", "step-000008"], Directory.EnumerateDirectories(scratch.File("out/checkpoints")).Select(Path.GetFileName).Order());
    }

    internal static DpoOptions Options(ScratchFolder scratch, string output, string? rows = null)
    {
        var model = scratch.File("start");
        if (!Directory.Exists(model))
        {
            TinyPolicy.Make(scratch, "start");
        }

        return new DpoOptions { Training = TrainingRun.Options(scratch, model, rows ?? TinyPolicy.Pairs(scratch, "pairs.jsonl", 18), output), Reference = model, Beta = 0.5 };
    }

    private static void RequireStop(ScratchFolder scratch, DpoOptions options, string reason)
    {
        var failure = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(options));
        Assert.Equal("step-0", failure.Code);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(scratch.File("out/policy")));
    }

    private static string WithoutTime(string line) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JobMetrics>(line, JobJson.Line)! with { Seconds = 0, TokensPerSecond = 0, Mfu = null, SecondsLeft = null }, JobJson.Line);
}
