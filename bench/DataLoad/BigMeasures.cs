using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Bench;

/// <summary>A project with many pairs and judgments: start, leases, memory, lists, and what a judgment costs when there are many.</summary>
internal sealed class BigMeasures(string folder, Sizes sizes, Action<Row> add)
{
    private const int Shards = 4;
    private const int Crowd = 50;
    private const int CostJudgments = 6000;
    private const int LeaseConnections = 8;

    /// <param name="followedOnly">Ends with the statistics of the first judgments.</param>
    public async Task RunAsync(bool followedOnly)
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
            await new FreshMeasure(server, "big", keys).RunAsync(first, watch, add);
            if (followedOnly)
            {
                return;
            }

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
            await server.LoadAsync("lease", "big", keys, LeaseConnections, 0, sizes.Leases);
            var leases = await server.LoadAsync("lease", "big", keys, LeaseConnections, 0, sizes.Leases);
            add(Study.Row($"lease of 4 with {all} judgments: p50", leases.P50Ms, "ms", null));
            add(Study.Row($"lease of 4 with {all} judgments: p99", leases.P99Ms, "ms", 30));
            var costAfter = await CostAsync(server, keys);
            add(Study.Row($"CPU a judgment and its part of a lease, {Number(first)} judgments", costBefore, "µs", null));
            add(Study.Row($"the same with {all}", costAfter, "µs", null));
            add(Study.Row("the second to the first", costAfter / costBefore, "×", 1.25));
            await ListsAsync(server);
            add(Study.Row($"resident, {all} judgments", server.Resident / 1048576.0, "MiB", 1228.8));
        }
    }

    private async Task ListsAsync(ServerProcess server)
    {
        const string P = "/api/v1/projects/big";
        var rows = Number(sizes.BigPairs);
        foreach (var (name, path) in new[]
        {
            ("pairs, first page", "pairs?limit=100"), ("pairs by origin, from the middle", $"pairs?origin=i1&limit=100&cursor=2-{sizes.BigPairs / 8}"),
            ("pairs by a status that few have", "pairs?status=open&limit=100&cursor=3-0"), ("judgments, newest first", "judgments?limit=100"),
            ("judgments by choice and live", "judgments?choice=tie&live=true&limit=100"), ("prompts", "prompts?limit=100"),
            ("pairs by policy, from the end", $"pairs?policy=beta&limit=100&cursor=3-{sizes.BigPairs / 5}"), ("judgments until an instant", $"judgments?until={DateTimeOffset.UtcNow.AddMinutes(-1):yyyy-MM-ddTHH:mm:ssZ}&limit=100"),
        })
        {
            await Study.SlowestAsync(server, $"{P}/{path}", 3);
            add(Study.Row($"list at {rows} pairs: {name}, p99 of 60", await Study.SlowestAsync(server, $"{P}/{path}", 60), "ms", 100));
        }

        foreach (var (name, path) in new[]
        {
            ("a status", "pairs?status=review"), ("a prompt", $"pairs?prompt=pr_{new string('0', 32)}"), ("a policy", "pairs?policy=p99"), ("a tag", "pairs?tag=law"), ("a language", "pairs?lang=de"),
            ("a prompt's tag", "prompts?tag=law"), ("an instant before all judgments", "judgments?until=2020-01-01T00:00:00Z"),
        })
        {
            await Study.SlowestAsync(server, $"{P}/{path}", 2, mayBeEmpty: true);
            add(Study.Row($"list at {rows} pairs: {name} that none fits, p99 of 20", await Study.SlowestAsync(server, $"{P}/{path}&limit=100", 20, mayBeEmpty: true), "ms", 100));
        }

        var watch = Stopwatch.StartNew();
        using var response = await server.Admin.GetAsync($"{P}/search?q=NEEDLE&limit=50", HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync());
        var last = "";
        while (await lines.ReadLineAsync() is { } line)
        {
            last = line;
        }

        var searched = JsonDocument.Parse(last).RootElement.GetProperty("searched").GetInt32();
        add(Study.Row($"text search, first 50 hits in {Number(searched)} rows: for 100,000", watch.Elapsed.TotalSeconds * 100_000 / searched, "s", 2));
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
