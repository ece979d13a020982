using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;

namespace Orleans.Dpo.Bench;

/// <summary>What a load process measured.</summary>
internal sealed record LoadResult(int Count, double Seconds, double P50Ms, double P90Ms, double P99Ms, double MaxMs)
{
    public double PerSecond => Count / Seconds;

    public static LoadResult Of(IEnumerable<double> milliseconds, double seconds)
    {
        var sorted = milliseconds.Order().ToArray();
        return new(sorted.Length, seconds, sorted[sorted.Length / 2], sorted[(int)(sorted.Length * 0.9)], sorted[(int)(sorted.Length * 0.99)], sorted[^1]);
    }
}

/// <summary>The load process: real HTTP from outside the server. Arguments: kind, address, project, file of keys, connections, seconds, rate.</summary>
internal static class LoadProgram
{
    public static async Task<int> RunAsync(string[] args)
    {
        var (kind, url, project) = (args[0], new Uri(args[1]), args[2]);
        var keys = await File.ReadAllLinesAsync(args[3]);
        var (connections, seconds, rate) = (Number(args[4]), Number(args[5]), Number(args[6]));
        var annotators = await Task.WhenAll(Enumerable.Range(0, connections).Select(async i => new LoadAnnotator(await HttpLine.OpenAsync(url), project, keys[i % keys.Length])));
        var result = kind switch
        {
            "open" => await OpenLoopAsync(annotators, rate, seconds),
            "closed" => await ClosedLoopAsync(annotators, seconds, rate),
            "bare" => await BareAsync(annotators, seconds),
            "lease" => await LeasesAsync(annotators, rate),
            _ => throw new ArgumentException($"There is no load '{kind}'."),
        };
        Console.WriteLine(JsonSerializer.Serialize(result));
        return 0;
    }

    /// <summary>Judgments fall due at random instants whether or not earlier ones were answered; their latency counts from then. Leases are renewed beside them.</summary>
    private static async Task<LoadResult> OpenLoopAsync(LoadAnnotator[] annotators, int rate, int seconds)
    {
        await Task.WhenAll(annotators.Select(annotator => StockAsync(annotator, 24)));
        var due = Channel.CreateUnbounded<long>();
        var times = new ConcurrentBag<double>();
        var workers = annotators.Select(annotator => Task.Run(async () =>
        {
            await foreach (var intended in due.Reader.ReadAllAsync())
            {
                await annotator.JudgeAsync();
                times.Add(Stopwatch.GetElapsedTime(intended).TotalMilliseconds);
                if (annotator.Held < 12)
                {
                    await annotator.LeaseAsync();
                }
            }
        })).ToArray();
        var pacer = new Thread(() => Pace(due.Writer, rate, seconds)) { Priority = ThreadPriority.AboveNormal };
        pacer.Start();
        await Task.WhenAll(workers);
        return LoadResult.Of(times, seconds);
    }

    private static void Pace(ChannelWriter<long> due, int rate, int seconds)
    {
        var random = new Random(1);
        var start = Stopwatch.GetTimestamp();
        for (double at = 0; at < seconds; at += -Math.Log(1 - random.NextDouble()) / rate)
        {
            var intended = start + (long)(at * Stopwatch.Frequency);
            while (Stopwatch.GetTimestamp() < intended)
            {
                Thread.Sleep(1);
            }

            due.TryWrite(intended);
        }

        due.Complete();
    }

    /// <summary>Each connection sends its next judgment when the last one is answered. <paramref name="most"/> judgments in all are prepared by leases before.</summary>
    private static async Task<LoadResult> ClosedLoopAsync(LoadAnnotator[] annotators, int seconds, int most)
    {
        await Task.WhenAll(annotators.Select(annotator => StockAsync(annotator, most / annotators.Length)));
        return await ForAsync(annotators, seconds, async annotator =>
        {
            await annotator.JudgeAsync();
            return annotator.Held > 0;
        });
    }

    private static async Task<LoadResult> BareAsync(LoadAnnotator[] annotators, int seconds)
    {
        var body = $$"""[{"id":"{{new string('0', 26)}}","pair":"pa_{{new string('0', 32)}}","lease":"le_{{new string('0', 26)}}","choice":"left","strength":2,"active_ms":2345,"shown_at":"2026-01-05T12:00:00.000000Z","decided_at":"2026-01-05T12:00:02.345000Z","reasons":["clarity"],"input":"key"}]""";
        return await ForAsync(annotators, seconds, async annotator =>
        {
            await annotator.AppendBareAsync(body);
            return true;
        });
    }

    private static async Task<LoadResult> LeasesAsync(LoadAnnotator[] annotators, int count)
    {
        var left = count;
        return await ForAsync(annotators, int.MaxValue, async annotator => await annotator.LeaseAsync() && Interlocked.Decrement(ref left) > 0);
    }

    private static async Task<LoadResult> ForAsync(LoadAnnotator[] annotators, int seconds, Func<LoadAnnotator, Task<bool>> next)
    {
        var times = new ConcurrentBag<double>();
        var watch = Stopwatch.StartNew();
        await Task.WhenAll(annotators.Select(annotator => Task.Run(async () =>
        {
            for (var goOn = true; goOn && watch.Elapsed.TotalSeconds < seconds;)
            {
                var began = Stopwatch.GetTimestamp();
                goOn = await next(annotator);
                times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            }
        })));
        return LoadResult.Of(times, watch.Elapsed.TotalSeconds);
    }

    private static async Task StockAsync(LoadAnnotator annotator, int count)
    {
        while (annotator.Held < count)
        {
            await annotator.LeaseAsync();
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
