using System.Collections.Immutable;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>What losses, row fields and references do to a run.</summary>
public sealed class LossRecipesTests
{
    [Fact]
    public void Every_loss_trains_and_lowers_itself()
    {
        using var scratch = new ScratchFolder();
        foreach (var name in PreferenceLosses.Names.Where(name => name != "sft").Append("0.5*sigmoid + sft"))
        {
            var options = DpoRecipeTests.Options(scratch, name.Replace('*', 'x'), TinyPolicy.Pairs(scratch, "pairs.jsonl", 8)) with { Loss = name, Beta = null };
            options = options with { Reference = name == "simpo" ? null : options.Reference, Training = options.Training with { Epochs = 4, LearningRate = 2e-3 } };
            var (result, metrics) = TrainingRun.Dpo(options);
            Assert.True(metrics[^2..].Average(line => line.Loss) < metrics[..2].Average(line => line.Loss), $"{name}: {string.Join(' ', metrics.Select(line => line.Loss))}");
            Assert.StartsWith(name == "simpo" ? "no reference" : "start = reference", result.StepZeroCheck, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("sigmoid")]
    [InlineData("ipoMean")]
    [InlineData("dpoNll")]
    [InlineData("simpo")]
    public void A_loss_depends_neither_on_batch_nor_padding_nor_order_nor_on_how_the_reference_is_had(string name)
    {
        using var scratch = new ScratchFolder();
        var folder = TinyPolicy.Make(scratch, "m");
        var encoder = SequenceEncoder.Load(folder);
        var pairs = PreferenceRows.Read(TinyPolicy.Pairs(scratch, "pairs.jsonl", 5), encoder, 64).Rows;
        using var model = ModelFolder.Load(folder, CPU);
        using var other = ModelFolder.Load(TinyPolicy.Make(scratch, "other", seed: 2), CPU);
        var loss = PreferenceLosses.Create(name, new Dictionary<string, double>());
        using var live = new LiveReference(other, PairBatch.Sequences(pairs));
        using var grad = no_grad();
        using var scope = NewDisposeScope();
        using var cached = new CachedReference([.. live.LogProbs([.. Enumerable.Range(0, 10)]).data<float>().ToArray()], CPU);
        var whole = Losses([0, 1, 2, 3, 4], cached);
        Close.To([.. whole.Select(value => (double)value)], Losses([0, 1, 2, 3, 4], live), 1e-5);
        for (var row = 0; row < 5; row++)
        {
            Close.To([whole[row]], Losses([row], cached), 1e-5);
        }

        Close.To([whole[3], whole[0]], Losses([3, 0], live), 1e-5);

        float[] Losses(int[] rows, IReference reference) => loss.Forward(PairBatch.Forward(model, pairs, reference, rows).Logps).Losses.data<float>().ToArray();
    }

    [Fact]
    public void Row_fields_feed_weights_soft_labels_and_margins()
    {
        using var scratch = new ScratchFolder();
        string[] rows =
        [
            """{"prompt":"In this drama,","chosen":" the plot is good.","rejected":" the plot drags.","weight":3,"p_chosen":0.75,"margin":0.5}""",
            """{"prompt":"In this comedy,","chosen":" the plot is good.","rejected":" the plot drags.","weight":1,"p_chosen":1,"margin":0}""",
        ];
        var options = DpoRecipeTests.Options(scratch, "out", scratch.Write("rows.jsonl", rows)) with { Loss = "margin", Fields = new RowFields(true, true, true) };
        var (_, metrics) = TrainingRun.Dpo(options);
        // At the reference: 1.5·(0.75·−log σ(−0.5) + 0.25·−log σ(−0.5)) for the first row, 0.5·ln 2 for the second.
        var first = Math.Log(1 + Math.Exp(0.5));
        Assert.Equal(((1.5 * first) + (0.5 * Math.Log(2))) / 2, metrics[0].Loss, 1e-5);
    }

    [Theory]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"z","weight":0}""", "weight", "line 1, field weight: a number above 0 is expected")]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"z","p_chosen":1.5}""", "p_chosen", "line 1, field p_chosen: a number above 0 and at most 1 is expected")]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"z","margin":"far"}""", "margin", "line 1, field margin: a number 0 or more is expected")]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"z"}""", "margin", "line 1, field margin: it is missing; the line has prompt, chosen, rejected")]
    [InlineData("""{"prompt":"x","chosen":"y","rejected":"z"}""", "strength", "Row field strength is unknown; weight, p_chosen and margin can act.")]
    public void A_row_without_a_usable_field_is_refused(string row, string field, string reason)
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var refusal = Assert.Throws<TrainerException>(() => PreferenceRows.Read(scratch.Write("rows.jsonl", row), encoder, 64, RowFields.Of([field])));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Drawn_by_weight_rows_come_as_often_as_their_shares_say()
    {
        var steps = DataOrder.Epoch([1, 1, 1, 1, 1, 1, 1, 1], 3, 1, Randomness.CounterRandom.From(5), [4, 2, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]);
        Assert.Equal([3, 3, 2], steps.Select(step => step.Length));
        var counts = Enumerable.Range(0, 8).Select(row => steps.Sum(step => step.Count(drawn => drawn == row))).ToArray();
        Assert.Equal((4, 2), (counts[0], counts[1]));
        using var scratch = new ScratchFolder();
        var rows = scratch.Write("rows.jsonl", [.. Enumerable.Range(1, 8).Select(i => $$"""{"prompt":"In this drama,","chosen":" the plot is good.","rejected":" the plot drags.","weight":{{i}}}""")]);
        var (_, metrics) = TrainingRun.Dpo(DpoRecipeTests.Options(scratch, "out", rows) with { Fields = new RowFields(Weight: true), SampleByWeight = true });
        Assert.Equal(Math.Log(2), metrics[0].Loss, 1e-5);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_live_reference_gives_the_trajectory_of_a_cached_one(bool adapters)
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "cached");
        options = options with { Reference = null, Training = options.Training with { Lora = adapters ? new LoraOptions(4, 8, ["all-linear"]) : null, LearningRate = 1e-2 } };
        var (_, cached) = TrainingRun.Dpo(options);
        var (result, live) = TrainingRun.Dpo(options with
        {
            ReferenceValues = new ReferenceOptions { Online = true },
            Training = options.Training with { Output = scratch.File("live"), Checkpoints = scratch.File("live/c") },
        });
        Close.To([.. cached.Select(line => line.Loss)], [.. live.Select(line => (float)line.Loss)], 1e-4);
        Assert.True(cached[^1].Loss < 0.6, $"loss {cached[^1].Loss}");
        Assert.Equal(adapters, Directory.Exists(scratch.File("live/adapter")));
        Assert.Equal(result.PolicyHash, PolicyHash.Of(scratch.File("live/policy")));
    }

    [Fact]
    public void A_run_of_adapters_goes_on_from_its_adapter_and_is_compared_with_it()
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "first");
        options = options with { Reference = null, Training = options.Training with { Lora = new LoraOptions(4, 8, ["q_proj", "v_proj"]), LearningRate = 1e-2 } };
        TrainingRun.Dpo(options);
        var again = options with { Training = options.Training with { Lora = null, Model = scratch.File("first/adapter"), Output = scratch.File("second"), Checkpoints = scratch.File("second/c") } };
        var (result, _) = TrainingRun.Dpo(again);
        Assert.Equal(Math.Log(2), result.StepZeroLoss, 1e-5);
        Assert.StartsWith("start = reference", result.StepZeroCheck, StringComparison.Ordinal);
        var (against, _) = TrainingRun.Dpo(again with { Reference = options.Training.Model, Training = again.Training with { Output = scratch.File("third"), Checkpoints = scratch.File("third/c") } });
        Assert.StartsWith("start ≠ reference", against.StepZeroCheck, StringComparison.Ordinal);
        Assert.True(against.StepZeroLoss < 0.68, $"loss {against.StepZeroLoss}");
    }

    [Fact]
    public void A_followed_policy_is_mixed_in_and_a_stopped_run_goes_on_to_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "whole") with { ReferenceValues = new ReferenceOptions { SyncEverySteps = 3, SyncShare = 0.6 } };
        var (_, frozen) = TrainingRun.Dpo(DpoRecipeTests.Options(scratch, "frozen"));
        var (_, followed) = TrainingRun.Dpo(options);
        Close.To([.. frozen[..3].Select(line => line.Loss)], [.. followed[..3].Select(line => (float)line.Loss)], 1e-4);
        // A reference that has come nearer takes most of the reward away.
        Assert.True(followed[3].RewardsMargins < 0.7 * frozen[3].RewardsMargins, $"{followed[3].RewardsMargins} against {frozen[3].RewardsMargins}");

        var stopped = options with { Training = options.Training with { Output = scratch.File("stopped"), Checkpoints = scratch.File("stopped/c") } };
        using (var control = new ControlLines())
        {
            Assert.Throws<TrainerException>(() => DpoRecipe.Run(stopped, control, line =>
            {
                if (line.Step == 6)
                {
                    control.Obey("cancel");
                }
            }));
        }

        Assert.Equal(6, TrainingRun.Dpo(stopped).Result.ResumedFrom);
        Assert.Equal(TrainingRun.Weights(options.Training.Output), TrainingRun.Weights(stopped.Training.Output));
    }

    [Fact]
    public void A_run_with_recomputed_layers_follows_the_same_trajectory()
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "plain");
        var (_, plain) = TrainingRun.Dpo(options);
        var (_, saving) = TrainingRun.Dpo(options with { Training = options.Training with { GradientCheckpointing = true, Output = scratch.File("saving"), Checkpoints = scratch.File("saving/c") } });
        Close.To([.. plain.Select(line => line.Loss)], [.. saving.Select(line => (float)line.Loss)], 1e-5);
    }

    [Fact]
    public void Combinations_that_cannot_be_are_refused()
    {
        using var scratch = new ScratchFolder();
        var options = DpoRecipeTests.Options(scratch, "out");
        Refused(options with { Loss = "simpo" }, "Loss simpo compares with no reference; leave the options of the reference out.");
        Refused(options with { Fields = new RowFields(Margin: true) }, "Loss sigmoid does not use margins of rows");
        Refused(options with { SampleByWeight = true }, "only when weight is among the row fields");
        Refused(options with { LossNumbers = ImmutableSortedDictionary<string, double>.Empty.Add("floor", 1) }, "Loss sigmoid does not use the option floor; leave it out.");
        Refused(options with { ReferenceValues = new ReferenceOptions { SyncEverySteps = 2, SyncShare = 0 } }, "The share of a synchronisation is 0");
        Refused(options with
        {
            ReferenceValues = new ReferenceOptions { SyncEverySteps = 2 },
            Training = options.Training with { Lora = new LoraOptions(4, 8, ["all-linear"]) },
        }, "A reference cannot follow a policy of which only adapters are trained");
        Assert.Contains(
            "no values to cache",
            Assert.Throws<TrainerException>(() => new ReferenceOptions { SyncEverySteps = 1 }.Checked(withAdapters: false, cacheAskedFor: true)).Message,
            StringComparison.Ordinal);
    }

    private static void Refused(DpoOptions options, string reason)
    {
        var refusal = Assert.Throws<TrainerException>(() => TrainingRun.Dpo(options));
        Assert.Equal("bad-input", refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
