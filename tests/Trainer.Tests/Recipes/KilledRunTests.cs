
namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>The trainer as a process of its own, killed without warning.</summary>
public sealed class KilledRunTests
{
    [Theory]
    [InlineData(7)]
    [InlineData(13)]
    public void A_run_killed_at_a_random_step_and_started_again_ends_with_the_same_bytes(int seed)
    {
        using var scratch = new ScratchFolder();
        var model = TinyPolicy.Make(scratch, "start");
        var pairs = TinyPolicy.Pairs(scratch, "pairs.jsonl", 18);
        string[] Command(string output) =>
        [
            "train", "--stage", "dpo", "--model", model, "--data", pairs, "--out", scratch.File(output), "--epochs", "8", "--batch-size", "4", "--learning-rate", "3e-3",
            "--max-length", "64", "--threads", "1", "--checkpoint-every", "1", "--seed", "5",
        ];
        Run(Command("whole"));

        var stopAfter = new Random(seed).Next(3, 25);
        using (var process = TrainerProcess.Start(Command("killed")))
        {
            var metrics = scratch.File("killed/metrics.jsonl");
            while (!process.HasExited && !(File.Exists(metrics) && Lines(metrics) >= stopAfter))
            {
                Thread.Yield();
            }

            process.Kill();
            process.WaitForExit();
        }

        Assert.False(Directory.Exists(scratch.File("killed/policy")), "the run was over before it was killed");
        Run(Command("killed"));
        Assert.Equal(TrainingRun.Weights(scratch.File("whole")), TrainingRun.Weights(scratch.File("killed")));
        Assert.Equal(Lines(scratch.File("whole/metrics.jsonl")), Lines(scratch.File("killed/metrics.jsonl")));
    }

    private static void Run(string[] arguments)
    {
        using var process = TrainerProcess.Start(arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, process.ExitCode);
    }

    private static int Lines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }
}
