using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Testing;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Checkpoints;
using Orleans.Dpo.Trainer.Control;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Modeling.Adapters;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.Rewards;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>Stages beside dpo on pairs: kto, rankings, rewards, and sft on whole sequences.</summary>
public sealed class StagesTests
{
    private static readonly string[] s_answers = [" the plot is good. Do not miss it.", " the plot is good.", " the plot drags. Skip it."];

    [Fact]
    public void Kto_raises_good_answers_and_lowers_bad_ones()
    {
        using var scratch = new ScratchFolder();
        var options = Kto(scratch, Unpaired(scratch, 12));
        var metrics = new List<JobMetrics>();
        using var control = new ControlLines();
        var result = KtoRecipe.Run(options, control, metrics.Add);
        Assert.Equal(0.5, result.StepZeroLoss, 1e-6);
        Assert.StartsWith("start = reference", result.StepZeroCheck, StringComparison.Ordinal);
        Assert.True(result.Accuracy > 0.8, $"accuracy {result.Accuracy}");
        Assert.True(metrics[^1].Loss < 0.4, $"loss {metrics[^1].Loss}");
    }

    [Theory]
    [InlineData(true, "has no row with label false")]
    [InlineData(false, "has no row with label true")]
    public void Kto_without_both_kinds_is_refused(bool label, string reason)
    {
        using var scratch = new ScratchFolder();
        var rows = scratch.Write("rows.jsonl", Row(0, label), Row(1, label));
        RefusedKto(Kto(scratch, rows), reason);
    }

    [Fact]
    public void Kto_in_batches_that_give_no_baseline_is_refused()
    {
        using var scratch = new ScratchFolder();
        var options = Kto(scratch, Unpaired(scratch, 9));
        RefusedKto(options with { Training = options.Training with { AccumulationSteps = 2 } }, "steps cannot be accumulated");
        RefusedKto(options with { Training = options.Training with { BatchSize = 1 } }, "--batch-size must be at least 2");
        RefusedKto(options with { Training = options.Training with { BatchSize = 4 } }, "With 9 rows and a batch size of 4 the last step of an epoch would have a single row");
        RefusedKto(options with { LossNumbers = options.LossNumbers.Add("margin", 1) }, "KTO does not use the option margin");
        RefusedKto(Kto(scratch, scratch.Write("one.jsonl", Row(0, true), Row(0, false))), "All rows have the same prompt");
    }

    [Fact]
    public void Mismatched_answers_are_those_of_the_next_row_with_another_prompt()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var rows = UnpairedRows.Read(scratch.Write("rows.jsonl", Row(0, true), Row(0, false), Row(1, false)), encoder, 64).Rows;
        TokenRow[] mismatched = [.. new UnpairedSequences(rows).Skip(rows.Count)];
        int[] Answer(TokenRow row) => row.Ids[row.ResponseStart..];
        Assert.Equal([Answer(rows[2].Answer), Answer(rows[2].Answer), Answer(rows[0].Answer)], mismatched.Select(Answer));
        Assert.Equal(rows.Select(row => row.Answer.ResponseStart), mismatched.Select(row => row.ResponseStart));
    }

    [Fact]
    public void Rankings_are_learned_and_two_answers_are_the_pair()
    {
        using var scratch = new ScratchFolder();
        var pairs = DpoRecipeTests.Options(scratch, "pairs", scratch.Write("pairs.jsonl", [.. Enumerable.Range(0, 6).Select(Pair)]));
        var (_, expected) = TrainingRun.Dpo(pairs);
        using var control = new ControlLines();
        var two = new List<JobMetrics>();
        RankingRecipe.Run(Ranking(pairs, scratch, "two", [.. Enumerable.Range(0, 6).Select(i => Ranked(i, 0, 2))]), control, two.Add);
        Close.To([.. expected.Select(line => line.Loss)], [.. two.Select(line => (float)line.Loss)], 1e-4);

        var three = new List<JobMetrics>();
        var ranked = Ranking(pairs, scratch, "three", [.. Enumerable.Range(0, 6).Select(i => Ranked(i, 0, 1, 2))]);
        var result = RankingRecipe.Run(ranked with { Training = ranked.Training with { Epochs = 6 } }, control, three.Add);
        Assert.Equal(Math.Log(6), result.StepZeroLoss, 1e-5);
        Assert.True(three[^1].Loss < 1.2, $"loss {three[^1].Loss}");
        Assert.Contains(
            "loss sigmoid compares pairs; choose --loss plackettLuce",
            Assert.Throws<TrainerException>(() => RankingRecipe.Run(ranked with { Loss = "sigmoid" }, control, _ => { })).Message,
            StringComparison.Ordinal);
    }

    // Grains.Tests make exactly this file of a version's orders: three judges of four answers, one of three with two tied.
    [Fact]
    public void Rows_of_a_versions_rankings_are_trained_on_as_they_are()
    {
        using var scratch = new ScratchFolder();
        var golden = File.ReadAllLines(RepositoryFile.Path("tests/golden/rankings.jsonl"));
        var pairs = DpoRecipeTests.Options(scratch, "pairs", scratch.Write("pairs.jsonl", Pair(0)));
        var ranked = Ranking(pairs, scratch, "golden", golden);
        using var control = new ControlLines();
        var metrics = new List<JobMetrics>();
        var result = RankingRecipe.Run(ranked with { Training = ranked.Training with { BatchSize = golden.Length, Epochs = 8 } }, control, metrics.Add);
        Assert.Equal(((3 * Math.Log(24)) + Math.Log(2)) / 4, result.StepZeroLoss, 1e-5);
        Assert.True(metrics[^1].Loss < metrics[0].Loss, $"loss {metrics[0].Loss} to {metrics[^1].Loss}");

        using var again = new ControlLines();
        var reward = TrainingRun.Options(scratch, scratch.File("start"), ranked.Training.Rows, "reward");
        Assert.Equal(golden.Length, RankedRows.Read(ranked.Training.Rows, SequenceEncoder.Load(scratch.File("start")), 64).Rows.Count);
        metrics.Clear();
        RewardRecipe.Run(new RewardOptions { Training = reward with { BatchSize = golden.Length } }, again, metrics.Add);
        Assert.Equal(((3 * Math.Log(24)) + Math.Log(2)) / 4, metrics[0].Loss, 1e-5);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_reward_model_learns_the_order_and_its_folder_gives_the_same_rewards(bool adapters)
    {
        using var scratch = new ScratchFolder();
        var start = TinyPolicy.Make(scratch, "start");
        var rows = scratch.Write("rows.jsonl", [.. Enumerable.Range(0, 12).Select(i => Ranked(i, 0, 1, 2))]);
        var training = TrainingRun.Options(scratch, start, rows, "out") with { Epochs = 6, LearningRate = 5e-3, Lora = adapters ? new LoraOptions(8, 16, ["all-linear"]) : null };
        using var control = new ControlLines();
        var metrics = new List<JobMetrics>();
        var outcome = RewardRecipe.Run(new RewardOptions { Training = training, ValidationRows = rows }, control, metrics.Add);
        Assert.Equal(Math.Log(6), metrics[0].Loss, 1e-5);
        Assert.Equal(1, outcome.ValidationAccuracy);

        using var config = JsonDocument.Parse(File.ReadAllBytes(scratch.File("out/policy/config.json")));
        Assert.Equal("LlamaForSequenceClassification", config.RootElement.GetProperty("architectures")[0].GetString());
        Assert.Equal(1, config.RootElement.GetProperty("num_labels").GetInt32());
        using var file = new SafetensorsFile(scratch.File("out/policy/model.safetensors"));
        Assert.Equal([1L, 32L], file.Entries.Single(entry => entry.Name == "score.weight").Shape.AsSpan().ToArray());
        Assert.DoesNotContain(file.Entries, entry => entry.Name.Contains("lora", StringComparison.Ordinal) || entry.Name == "lm_head.weight");

        using var stored = RewardModel.Load(scratch.File("out/policy"), CPU);
        Assert.Equal(outcome.ValidationAccuracy, RewardRecipe.Accuracy(stored, RankedRows.Read(rows, SequenceEncoder.Load(start), 64).Rows, 5));
        Assert.Contains("no reward model's", Assert.Throws<TrainerException>(() => RewardModel.Load(start, CPU)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stopped_reward_run_goes_on_to_the_same_bytes()
    {
        using var scratch = new ScratchFolder();
        var training = TrainingRun.Options(scratch, TinyPolicy.Make(scratch, "start"), TinyPolicy.Pairs(scratch, "pairs.jsonl", 12), "whole");
        using (var control = new ControlLines())
        {
            RewardRecipe.Run(new RewardOptions { Training = training }, control, _ => { });
        }

        var stopped = training with { Output = scratch.File("stopped"), Checkpoints = scratch.File("stopped/c") };
        using (var control = new ControlLines())
        {
            Assert.Throws<TrainerException>(() => RewardRecipe.Run(new RewardOptions { Training = stopped }, control, line => control.Obey(line.Step == 4 ? "cancel" : "go on")));
        }

        using var again = new ControlLines();
        RewardRecipe.Run(new RewardOptions { Training = stopped }, again, _ => { });
        Assert.Equal(TrainingRun.Weights(training.Output), TrainingRun.Weights(stopped.Output));
    }

    [Fact]
    public void Rewards_depend_neither_on_batch_nor_order_and_margins_act()
    {
        using var scratch = new ScratchFolder();
        var start = TinyPolicy.Make(scratch, "start");
        using var model = RewardModel.On(ModelFolder.Load(start, CPU));
        TokenRow[] rows = [.. RankedRows.Read(scratch.Write("rows.jsonl", Ranked(0, 0, 1, 2), Ranked(1, 2, 0)), SequenceEncoder.Load(start), 64).Rows.SelectMany(row => row.Ranked)];
        using (no_grad())
        {
            using var scope = NewDisposeScope();
            model.Head.copy_(ones_like(model.Head));
            var together = model.Rewards(rows).data<float>().ToArray();
            for (var i = 0; i < rows.Length; i++)
            {
                Close.To([together[i]], model.Rewards([rows[i]]).data<float>().ToArray(), 1e-5);
            }
        }

        using var control = new ControlLines();
        var pairs = scratch.Write("pairs.jsonl", Pair(0)[..^1] + ""","margin":1}""", Pair(1)[..^1] + ""","margin":0}""");
        var metrics = new List<JobMetrics>();
        RewardRecipe.Run(new RewardOptions { Training = TrainingRun.Options(scratch, start, pairs, "out"), Margins = true }, control, metrics.Add);
        Assert.Equal((Math.Log(1 + Math.E) + Math.Log(2)) / 2, metrics[0].Loss, 1e-5);
    }

    [Fact]
    public void Whole_sequences_count_their_prompts_too()
    {
        using var scratch = new ScratchFolder();
        var encoder = SequenceEncoder.Load(TinyPolicy.Shape(scratch, "m"));
        var rows = scratch.Write("rows.jsonl", """{"prompt":"In this comedy,","completion":" the plot drags."}""", """{"text":"In this comedy, the plot drags."}""");
        var read = SftRows.Read(rows, encoder, 64, full: true).Rows;
        Assert.Equal(read[1].ResponseStart, read[0].ResponseStart);
        Assert.Equal(read[1].Ids, read[0].Ids);
    }

    private static string Pair(int i) => $$"""{"prompt":"{{Prompt(i)}}","chosen":"{{s_answers[0]}}","rejected":"{{s_answers[2]}}"}""";

    private static string Ranked(int i, params int[] answers) =>
        $$"""{"prompt":"{{Prompt(i)}}","ranked":[{{string.Join(',', answers.Select(answer => $"\"{s_answers[answer]}\""))}}]}""";

    private static string Row(int prompt, bool label) =>
        $$"""{"prompt":"{{Prompt(prompt)}}","completion":"{{(label ? s_answers[0] : s_answers[2])}}","label":{{(label ? "true" : "false")}}}""";

    private static string Prompt(int i) => $"In this {new[] { "comedy", "drama", "western", "thriller", "musical", "mystery" }[i % 6]} about {(i < 6 ? "a young baker" : "a retired spy")},";

    private static string Unpaired(ScratchFolder scratch, int count) => scratch.Write("unpaired.jsonl", [.. Enumerable.Range(0, count).Select(i => Row(i, i % 2 == 0))]);

    private static KtoOptions Kto(ScratchFolder scratch, string rows)
    {
        var start = scratch.File("start");
        var training = TrainingRun.Options(scratch, Directory.Exists(start) ? start : TinyPolicy.Make(scratch, "start"), rows, "out");
        return new KtoOptions { Training = training with { Epochs = 8 }, LossNumbers = ImmutableSortedDictionary<string, double>.Empty.Add("beta", 0.5) };
    }

    private static DpoOptions Ranking(DpoOptions pairs, ScratchFolder scratch, string name, string[] rows) => pairs with
    {
        Loss = RankingRecipe.LossName,
        Training = pairs.Training with { Rows = scratch.Write($"{name}.jsonl", rows), Output = scratch.File(name), Checkpoints = scratch.File($"{name}/c") },
    };

    private static void RefusedKto(KtoOptions options, string reason)
    {
        using var control = new ControlLines();
        var refusal = Assert.Throws<TrainerException>(() => KtoRecipe.Run(options, control, _ => { }));
        Assert.Equal("bad-input", refusal.Code);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
    }
}
