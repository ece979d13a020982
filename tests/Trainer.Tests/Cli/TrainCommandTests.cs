using System.Text.Json;

namespace Orleans.Dpo.Trainer.Tests.Cli;

/// <summary>A user's path from rows to answers, and what <c>train</c> says to what it cannot do, through the real executable.</summary>
public sealed class TrainCommandTests
{
    private const string Good = """{"prompt":"In this comedy,","chosen":" the plot is good.","rejected":" the plot drags."}""";

    [Fact]
    public void Three_commands_lead_from_own_rows_to_answers()
    {
        using var scratch = new ScratchFolder();
        var texts = scratch.Write("texts.jsonl", [.. Enumerable.Range(0, 12).Select(i => $$"""{"prompt":"In this {{(i % 2 == 0 ? "comedy" : "drama")}},","completion":" the plot {{(i % 3 == 0 ? "drags" : "is good")}}."}""")]);
        var prompts = scratch.Write("prompts.jsonl", """{"prompt":"In this comedy,"}""");
        string[] shared = ["--batch-size", "4", "--max-length", "64", "--threads", "1", "--learning-rate", "1e-2"];
        Done(["train", "--stage", "sft", "--model", TinyPolicy.Shape(scratch, "shape"), "--init", "random", "--data", texts, "--out", scratch.File("sft"), "--epochs", "4", .. shared]);
        Done(["train", "--stage", "dpo", "--model", scratch.File("sft/policy"), "--data", scratch.Write("pairs.jsonl", Good, Good), "--out", scratch.File("dpo"), "--loss", "sigmoid + 0.1*sft", "--lora-rank", "4", .. shared]);
        Done(["generate", "--model", scratch.File("dpo/policy"), "--prompts", prompts, "--out", scratch.File("answers.jsonl"), "--max-new-tokens", "12", "--threads", "1"]);
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(File.ReadAllText(scratch.File("answers.jsonl"))).RootElement.GetProperty("response").ValueKind);
        Assert.True(File.Exists(scratch.File("dpo/adapter/adapter_config.json")));
    }

    [Theory]
    [InlineData("dpo", """{"prompt":"x","chosen":"y"}""", "", "line 1, field rejected: it is missing; the line has prompt, chosen.")]
    [InlineData("dpo", """{"prompt":"x","chosen":"y","rejected":"z","weight":-1}""", "--row-fields weight", "line 1, field weight: a number above 0 is expected; correct it or leave the row out.")]
    [InlineData("kto", """{"prompt":"x","completion":"y","label":"good"}""", "", "line 1, field label: true or false is expected.")]
    [InlineData("kto", """{"prompt":"x","completion":"y","label":true}""", "", "has no row with label false within 1024 tokens; KTO needs good and bad answers.")]
    [InlineData("kto", """{"prompt":"x","completion":"y","label":true}""", "--accumulation-steps 2", "KTO's loss is one of the whole batch, so steps cannot be accumulated; raise --batch-size and leave --accumulation-steps at 1.")]
    [InlineData("reward", """{"prompt":"x","ranked":["y"]}""", "", "line 1, field ranked: a list of at least two answers is expected, the best first.")]
    [InlineData("dpo", Good, "--loss simpo --reference MODEL", "Loss simpo compares with no reference; leave the options of the reference out.")]
    [InlineData("dpo", Good, "--loss hinge --label-smoothing 0.1", "Loss hinge does not use the option label-smoothing; leave it out.")]
    [InlineData("dpo", Good, "--reference-sync-steps 8 --reference-values cached", "A reference that follows the policy has no values to cache; leave --reference-values out or make it online.")]
    [InlineData("dpo", Good, "--lora-alpha 8", "LoRA's alpha and targets need a rank; give --lora-rank too.")]
    [InlineData("sft", Good, "--beta 0.1", "The stage sft does not use --beta, which belongs to dpo and kto; leave it out.")]
    [InlineData("ppo", Good, "", "--stage ppo is unknown; it is sft, dpo, kto, reward.")]
    public void What_cannot_be_is_refused_in_one_sentence(string stage, string row, string options, string reason)
    {
        using var scratch = new ScratchFolder();
        var model = TinyPolicy.Make(scratch, "start");
        var rows = scratch.Write("rows.jsonl", row);
        var (code, error) = Run(["train", "--stage", stage, "--model", model, "--data", rows, "--out", scratch.File("out"), "--threads", "1",
            .. options.Replace("MODEL", model, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(2, code);
        Assert.EndsWith(reason, error.Trim(), StringComparison.Ordinal);
        Assert.Single(error.Trim().Split('\n'));
        Assert.False(Directory.Exists(scratch.File("out/policy")));
    }

    private static void Done(string[] arguments)
    {
        var (code, error) = Run(arguments);
        Assert.True(code == 0, error);
    }

    private static (int Code, string Error) Run(string[] arguments)
    {
        using var process = TrainerProcess.StartConnected(arguments);
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        return (process.ExitCode, error);
    }
}
