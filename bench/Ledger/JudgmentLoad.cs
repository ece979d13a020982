using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Bench;

/// <summary>Annotators who lease pairs and judge them, through the grains, onto files.</summary>
internal sealed class JudgmentLoad(IBlobStore store, IGrainFactory grains, string project, int shards)
{
    /// <summary>Under way when throughput is measured.</summary>
    public const int InFlight = 256;

    /// <summary>Under way when the time of one is measured: a few hundred people who judge at once.</summary>
    public const int Crowd = 64;

    private const int Judgments = 6000;
    private int _rounds;

    /// <summary>Judgments a second and the median time of one in milliseconds.</summary>
    public async Task<(double PerSecond, double MedianMilliseconds)> RunAsync(int inFlight)
    {
        var ready = await LeaseAsync(Judgments);
        var times = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ => Task.Run(async () =>
        {
            while (ready.TryTake(out var next))
            {
                times.Add(await SubmitAsync(next));
            }
        })));
        return (Judgments / watch.Elapsed.TotalSeconds, Median(times));
    }

    public async Task<double> OneAtATimeAsync()
    {
        var ready = await LeaseAsync(400);
        var times = new List<double>();
        while (ready.TryTake(out var next))
        {
            times.Add(await SubmitAsync(next));
        }

        return Median(times);
    }

    private static double Median(IEnumerable<double> times) => times.Order().ElementAt(times.Count() / 2);

    private static async Task<double> SubmitAsync((ILedgerShardGrain Shard, SubmitJudgment Judgment) next)
    {
        var watch = Stopwatch.StartNew();
        var result = await next.Shard.SubmitAsync(next.Judgment, CancellationToken.None);
        return result is { Status: SubmitStatus.Stored, Counted: true } ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException($"{result}");
    }

    private async Task<ConcurrentBag<(ILedgerShardGrain, SubmitJudgment)>> LeaseAsync(int count)
    {
        var round = ++_rounds;
        var ready = new ConcurrentBag<(ILedgerShardGrain, SubmitJudgment)>();
        await Task.WhenAll(Enumerable.Range(0, shards).Select(async shard =>
        {
            var segment = $"projects/{project}/pairs/{shard}/{round:D8}.jsonl";
            byte[] rows = [.. Enumerable.Range(0, count / shards).SelectMany(n => PairSegment.ToLine(Pair($"{round} {shard} {n}")))];
            await store.PutIfAbsentAsync(segment, rows, CancellationToken.None);
            var grain = grains.GetGrain<ILedgerShardGrain>($"{project}/{shard}");
            await grain.AddPairsAsync(segment, CancellationToken.None);
            await Task.WhenAll(Enumerable.Range(0, count / shards / 4).Select(async n =>
            {
                var annotator = new AnnotatorId("an_" + ((round * 1_000_000L) + (shard * 100_000) + n).ToString("x32", CultureInfo.InvariantCulture));
                var grant = await grain.LeaseAsync(new LeaseRequest(annotator, 4), CancellationToken.None);
                foreach (var leased in grant.Pairs)
                {
                    ready.Add((grain, new SubmitJudgment
                    {
                        Id = new JudgmentId(Ulid.New(DateTimeOffset.UtcNow)),
                        Pair = leased.Pair.Id,
                        Annotator = annotator,
                        Lease = leased.Lease,
                        Choice = ShownChoice.Left,
                        Strength = 2,
                        ActiveMilliseconds = 2345,
                        Guideline = 1,
                        Input = "key",
                    }));
                }
            }));
        }));
        return ready;
    }

    private static PairRecord Pair(string name)
    {
        var prompt = PromptId.Of(new PromptContent { Text = name });
        var (one, other) = (ResponseId.Of(prompt, "p0", "one"), ResponseId.Of(prompt, "p0", "other"));
        var (a, b) = one.CompareTo(other) < 0 ? (one, other) : (other, one);
        var place = new BlobSlice("projects/bench/prompts/00000001.jsonl", 0, 100);
        return new PairRecord
        {
            Id = PairId.Of(prompt, a, b),
            Prompt = prompt,
            PromptAt = place,
            A = a,
            AAt = place,
            ASource = "p0",
            B = b,
            BAt = place,
            BSource = "p0",
            Origin = "g1",
        };
    }
}
