using System.Text.Json;
using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Optimization;
using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Bench.Trainer;

/// <summary>From a file of pairs to saved weights: one epoch with our own reference pass, and one more with the reference kept. Each block is a fresh process and other rows.</summary>
internal static class RealWork
{
    private const int Steps = 12;

    public static IEnumerable<object> Measure(Sides sides, BlockLog log, int blocks)
    {
        var model = Sides.Model("llama-256x4-v8192", 256, 704, 4, 8, 4, 8192);
        var done = log.Count("real-work/peer");
        for (var block = done; block < done + blocks; block++)
        {
            var job = Job(model, block + 1);
            if (block % 2 == 0)
            {
                Peer(sides, log, job);
                Ours(sides, log, job);
            }
            else
            {
                Ours(sides, log, job);
                Peer(sides, log, job);
            }

            log.Add("real-work/loss-difference", log["real-work/last-ours"].Chunk(Steps).Last().Zip(log["real-work/last-peer"].Chunk(Steps).Last(), (a, b) => Math.Abs(a - b)).Max());
        }

        var note = $"{Steps} steps a block; batch 8 pairs, prompts 16-256, answers 8-256, log-uniform, two pairs a prompt; 4 layers of width 256, vocabulary 8192";
        yield return Ratio.Row("real work, peer / ours", log["real-work/peer"], log["real-work/first"], (">= 2.2 (aim 2.8)", (median, _) => median >= 2.2), note);
        yield return Ratio.Row("further epochs, peer / ours", log["real-work/peer"], log["real-work/further"], (">= 3", (median, _) => median >= 3), note);
        yield return Ratio.Row("peak memory, ours / peer", log["real-work/peak-ours"], log["real-work/peak-peer"], ("<= 0.5", (median, _) => median <= 0.5), "MiB of the whole process");
        var worst = log["real-work/loss-difference"].Max();
        yield return new { name = "real work, largest difference of a step's loss", value = worst, target = "<= 1e-5", pass = worst <= 1e-5 };
    }

    private static BenchJob Job(string model, int seed)
    {
        var count = Steps * 8;
        var schedule = new LearningRateSchedule(Steps, 1e-5, 0.1, 0);
        return new BenchJob
        {
            Model = model,
            Rows = Sides.Rows(model, count, seed),
            Seed = seed,
            Steps = DataOrder.Epoch(new int[count], 8, 1, CounterRandom.From(seed, 0)),
            Rates = [.. Enumerable.Range(0, Steps).Select(schedule.At)],
            Out = Path.Combine(Sides.Work, "out"),
            Cache = Path.Combine(Sides.Work, "out", "cache"),
        };
    }

    private static void Peer(Sides sides, BlockLog log, BenchJob job)
    {
        var result = sides.Peer("dpo_reference.py", job with { Out = Path.Combine(Sides.Work, "out-peer") });
        log.Add("real-work/peer", result.GetProperty("seconds").GetDouble());
        log.Add("real-work/peak-peer", result.GetProperty("peak_kib").GetDouble() / 1024);
        Losses(log, "real-work/last-peer", result);
    }

    private static void Ours(Sides sides, BlockLog log, BenchJob job)
    {
        Fresh(job.Out);
        var first = sides.Ours("train", job);
        var further = sides.Ours("train", job with { Out = job.Out + "-further" });
        log.Add("real-work/first", first.GetProperty("seconds").GetDouble());
        log.Add("real-work/further", further.GetProperty("seconds").GetDouble());
        log.Add("real-work/peak-ours", first.GetProperty("peak_kib").GetDouble() / 1024);
        Losses(log, "real-work/last-ours", first);
    }

    private static void Fresh(string folder)
    {
        foreach (var stale in new[] { folder, folder + "-further" })
        {
            if (Directory.Exists(stale))
            {
                Directory.Delete(stale, recursive: true);
            }
        }
    }

    private static void Losses(BlockLog log, string name, JsonElement result)
    {
        foreach (var loss in result.GetProperty("losses").EnumerateArray())
        {
            log.Add(name, loss.GetDouble());
        }
    }
}
