namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>The trainer as a process of its own, killed without warning, several times in one run: at a step, or while a checkpoint is written.</summary>
public sealed class KilledRunTests
{
    private static readonly bool s_all = Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all";

    public static TheoryData<string, int> Runs
    {
        get
        {
            var runs = new TheoryData<string, int> { { "dpo", 7 }, { "dpo", 13 } };
            foreach (var (stage, seeds) in s_all ? [("dpo", 8), ("sft", 8), ("kto", 3), ("reward", 3), ("lora", 3), ("follow", 3)] : Array.Empty<(string, int)>())
            {
                for (var seed = 100; seed < 100 + seeds; seed++)
                {
                    runs.Add(stage, seed);
                }
            }

            return runs;
        }
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_killed_at_random_moments_and_started_again_ends_with_the_same_bytes(string stage, int seed)
    {
        using var scratch = new ScratchFolder();
        var command = Command(stage, scratch);
        Run(command("whole"));
        var random = new Random(seed);
        for (var kill = 0; kill < (s_all ? 3 : 1); kill++)
        {
            Kill(command("killed"), scratch, random);
        }

        Run(command("killed"));
        Assert.Equal(Weights(scratch, "whole"), Weights(scratch, "killed"));
        Assert.Equal(Lines(scratch.File("whole/metrics.jsonl")), Lines(scratch.File("killed/metrics.jsonl")));
        if (File.Exists(scratch.File("whole/pairs.jsonl")))
        {
            Assert.Equal(File.ReadAllBytes(scratch.File("whole/pairs.jsonl")), File.ReadAllBytes(scratch.File("killed/pairs.jsonl")));
        }
    }

    /// <summary>Kills a run some steps on, at once when the step is there or as soon as the next checkpoint is being written.</summary>
    private static void Kill(string[] command, ScratchFolder scratch, Random random)
    {
        var metrics = scratch.File("killed/metrics.jsonl");
        var checkpoints = scratch.File("killed/checkpoints");
        var stopAfter = (File.Exists(metrics) ? Lines(metrics) : 0) + random.Next(2, 8);
        var duringCheckpoint = random.Next(2) == 0;
        using var process = TrainerProcess.Start(command);
        while (!process.HasExited && !(File.Exists(metrics) && Lines(metrics) >= stopAfter))
        {
            Thread.Yield();
        }

        while (duringCheckpoint && !process.HasExited && !Directory.EnumerateDirectories(checkpoints, "*.new").Any())
        {
            Thread.SpinWait(random.Next(50));
        }

        process.Kill();
        process.WaitForExit();
        Assert.False(Directory.Exists(scratch.File("killed/policy")), "the run was over before it was killed");
    }

    private static Func<string, string[]> Command(string stage, ScratchFolder scratch)
    {
        var model = TinyPolicy.Make(scratch, "start");
        var pairs = TinyPolicy.Pairs(scratch, "pairs.jsonl", 18);
        var rows = stage switch
        {
            "kto" => scratch.Write("kto.jsonl", [.. Enumerable.Range(0, 18).Select(i =>
                $$"""{"prompt":"In this {{(i % 3 == 0 ? "comedy" : "drama")}} about a young baker,","completion":" the plot {{(i % 2 == 0 ? "is good" : "drags")}}.","label":{{(i % 2 == 0 ? "true" : "false")}}}""")]),
            "sft" => scratch.Write("sft.jsonl", [.. Enumerable.Range(0, 18).Select(i => $$"""{"prompt":"In this comedy,","completion":" the {{(i % 2 == 0 ? "plot" : "acting")}} is good."}""")]),
            _ => pairs,
        };
        string[] more = stage switch
        {
            "lora" => ["--stage", "dpo", "--lora-rank", "4"],
            "follow" => ["--stage", "dpo", "--reference-sync-steps", "3", "--reference-sync-share", "0.5"],
            _ => ["--stage", stage],
        };
        return output =>
        [
            "train", .. more, "--model", model, "--data", rows, "--out", scratch.File(output), "--epochs", "8", "--batch-size", "4", "--learning-rate", "3e-3",
            "--max-length", "64", "--threads", "1", "--checkpoint-every", "1", "--seed", "5",
        ];
    }

    private static void Run(string[] arguments)
    {
        using var process = TrainerProcess.Start(arguments);
        Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
        Assert.Equal(0, process.ExitCode);
    }

    private static byte[][] Weights(ScratchFolder scratch, string output) =>
        [.. Directory.EnumerateFiles(scratch.File(output + "/policy"), "*.safetensors").Order(StringComparer.Ordinal).Select(File.ReadAllBytes)];

    private static int Lines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Count(c => c == '\n');
    }
}
