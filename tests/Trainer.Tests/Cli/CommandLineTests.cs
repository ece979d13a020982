using System.Diagnostics;
using System.Text.Json;

namespace Orleans.Dpo.Trainer.Tests.Cli;

/// <summary>The executable as people and workers meet it.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Generated_responses_and_their_log_probabilities_go_from_file_to_file()
    {
        using var scratch = new ScratchFolder();
        var model = TinyPolicy.Make(scratch, "start");
        var prompts = scratch.Write("prompts.jsonl", """{"prompt":"In this comedy,"}""", """{"prompt_id":"x","prompt":"In this drama,"}""");
        var (code, _) = Run("generate", "--model", model, "--prompts", prompts, "--out", scratch.File("out.jsonl"), "--n", "2", "--max-new-tokens", "8", "--threads", "1");
        Assert.Equal(0, code);
        JsonElement[] rows = [.. File.ReadLines(scratch.File("out.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["line 1", "line 1", "x", "x"], rows.Select(row => row.GetProperty("prompt_id").GetString()));
        Assert.Equal(["prompt_id", "prompt", "response", "finished", "tokens", "logprob", "seed", "sample"], rows[0].EnumerateObject().Select(member => member.Name));

        Assert.Equal(0, Run("logps", "--model", model, "--data", TinyPolicy.Pairs(scratch, "pairs.jsonl", 3), "--out", scratch.File("logps.jsonl"), "--threads", "1").Code);
        var first = JsonDocument.Parse(File.ReadLines(scratch.File("logps.jsonl")).First()).RootElement;
        Assert.Equal(["pair_id", "chosen_logp", "rejected_logp", "chosen_tokens", "rejected_tokens"], first.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Bad_input_ends_with_code_two_and_one_sentence()
    {
        using var scratch = new ScratchFolder();
        var model = TinyPolicy.Make(scratch, "start");
        var rows = scratch.Write("rows.jsonl", """{"prompt":"x","chosen":"y"}""");
        var (code, error) = Run("train", "--stage", "dpo", "--model", model, "--data", rows, "--out", scratch.File("out"), "--threads", "1");
        Assert.Equal(2, code);
        Assert.Equal($"{rows}, line 1, field rejected: it is missing; the line has prompt, chosen.", error.Trim());
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("TERM")]
    public void An_interrupted_run_keeps_a_checkpoint_and_ends_with_code_four(string signal)
    {
        using var scratch = new ScratchFolder();
        using var process = TrainerProcess.Start(
            "train", "--stage", "dpo", "--model", TinyPolicy.Make(scratch, "start"), "--data", TinyPolicy.Pairs(scratch, "pairs.jsonl", 18), "--out", scratch.File("out"),
            "--epochs", "1000", "--batch-size", "4", "--max-length", "64", "--threads", "1");
        var metrics = new FileInfo(scratch.File("out/metrics.jsonl"));
        while (!process.HasExited && !(metrics.Exists && metrics.Length > 0))
        {
            Thread.Yield();
            metrics.Refresh();
        }

        using (var kill = Process.Start("kill", ["-s", signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(4, process.ExitCode);
        Assert.Single(Directory.GetDirectories(scratch.File("out/checkpoints")));
    }

    [Fact]
    public void A_job_whose_parent_is_gone_ends_within_a_second()
    {
        using var scratch = new ScratchFolder();
        // The job would wait for ever: its order is a pipe that nobody writes to.
        using (var pipe = Process.Start("mkfifo", scratch.File("job.json")))
        {
            pipe.WaitForExit();
        }

        using var process = TrainerProcess.StartConnected("job", scratch.Path);
        process.StandardInput.WriteLine("checkpoint");
        process.StandardInput.Close();
        var clock = Stopwatch.StartNew();
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(20)));
        Assert.NotEqual(0, process.ExitCode);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(10), "starting the process is in this time too");
    }

    private static (int Code, string Error) Run(params string[] arguments)
    {
        using var process = TrainerProcess.StartConnected(arguments);
        var error = process.StandardError.ReadToEnd();
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        return (process.ExitCode, error);
    }
}
