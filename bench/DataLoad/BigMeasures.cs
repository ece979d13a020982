using System.Diagnostics;
using System.Globalization;

namespace Orleans.Dpo.Bench;

/// <summary>A project with many pairs and judgments: start, leases, memory, lists, and what a judgment costs when there are many.</summary>
internal sealed class BigMeasures(string folder, Sizes sizes, Action<Row> add)
{
    private const int Shards = 4;
    private const int Crowd = 50;
    private const int CostJudgments = 6000;

    public async Task RunAsync()
    {
        Directory.CreateDirectory(folder);
        string keys;
        double costBefore;
        await using (var server = await ServerProcess.StartAsync(folder))
        {
            keys = await Study.AddPeopleAsync(server, folder, Crowd);
            add(Study.Row($"import of {Number(sizes.BigPairs)} pairs over HTTP", await Study.AddPairsAsync(server, "big", sizes.BigPairs, overlap: sizes.MorePerPair + 3), "rows/s", null));
        }

        var ledger = new BigLedger(Path.Combine(folder, "data"), "big");
        var first = await ledger.WriteAsync(Shards, 0, 1);
        var watch = Stopwatch.StartNew();
        await using (var server = await ServerProcess.StartAsync(folder))
        {
            var listens = watch.Elapsed.TotalSeconds;
            await server.LoadAsync("lease", "big", keys, 1, 0, 1);
            add(Study.Row($"start with {Number(sizes.BigPairs)} pairs, {Number(first)} judgments to the first lease", watch.Elapsed.TotalSeconds, "s", 10,
                peer: string.Create(CultureInfo.InvariantCulture, $"listens after {listens:N1} s")));
            costBefore = await CostAsync(server, keys);
        }

        var more = await ledger.WriteAsync(Shards, 1, sizes.MorePerPair);
        var all = Number(first + more);
        watch.Restart();
        await using (var server = await ServerProcess.StartAsync(folder))
        {
            await server.LoadAsync("lease", "big", keys, 1, 0, 1);
            add(Study.Row($"start with {all} judgments to the first lease", watch.Elapsed.TotalSeconds, "s", null));
            add(Study.Row($"resident after start, {all} judgments", server.Resident / 1048576.0, "MiB", 1228.8));
            var leases = await server.LoadAsync("lease", "big", keys, Crowd, 0, sizes.Leases);
            add(Study.Row($"lease of 4 with {all} judgments: p50", leases.P50Ms, "ms", null));
            add(Study.Row($"lease of 4 with {all} judgments: p99", leases.P99Ms, "ms", 30));
            var costAfter = await CostAsync(server, keys);
            add(Study.Row($"CPU a judgment and its part of a lease, {Number(first)} judgments", costBefore, "µs", null));
            add(Study.Row($"the same with {all}", costAfter, "µs", null));
            add(Study.Row("the second to the first", costAfter / costBefore, "×", 1.25));
            add(Study.Row($"resident, {all} judgments", server.Resident / 1048576.0, "MiB", 1228.8));
        }
    }

    private static string Number(long count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static async Task<double> CostAsync(ServerProcess server, string keys)
    {
        // Once to warm up: the first requests of a process compile it.
        await server.LoadAsync("closed", "big", keys, Crowd, 60, CostJudgments);
        var cpu = server.CpuSeconds;
        var load = await server.LoadAsync("closed", "big", keys, Crowd, 60, CostJudgments);
        return (server.CpuSeconds - cpu) / load.Count * 1e6;
    }
}
