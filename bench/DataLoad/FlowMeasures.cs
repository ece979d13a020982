using System.Globalization;

namespace Orleans.Dpo.Bench;

/// <summary>People who judge: open loop, closed loop, and the bare endpoint in the same run.</summary>
internal sealed class FlowMeasures(string folder, Sizes sizes, Action<Row> add)
{
    private const int Connections = 200;
    private const int OpenConnections = 128;

    /// <summary>Both loops, or one of them: <c>open</c>, <c>closed</c>.</summary>
    public async Task RunAsync(string? only)
    {
        Directory.CreateDirectory(folder);
        await using var server = await ServerProcess.StartAsync(folder);
        var keys = await Study.AddPeopleAsync(server, folder, Connections);
        add(Study.Row("import of pairs over HTTP", await Study.AddPairsAsync(server, "flow", sizes.FlowPairs, overlap: 1), "rows/s", null));
        if (only is not "closed")
        {
            await OpenAsync(server, keys);
        }

        if (only is not "open")
        {
            await ClosedAsync(server, keys);
        }

        add(Study.Row("resident after it", server.Resident / 1048576.0, "MiB", null));
    }

    private async Task OpenAsync(ServerProcess server, string keys)
    {
        // A server that has just started compiles what it is asked for; it is measured once it has.
        await server.LoadAsync("open", "flow", keys, OpenConnections, sizes.WarmSeconds, sizes.Rate);
        var (cpu, pauses, appends) = (server.CpuSeconds, await server.MeasureAsync("dotnet_gc_pause_time_total"), await server.AppendsAsync());
        var open = await server.LoadAsync("open", "flow", keys, OpenConnections, sizes.OpenSeconds, sizes.Rate);
        var name = string.Create(CultureInfo.InvariantCulture, $"open loop, {sizes.Rate} judgments/s, {sizes.OpenSeconds} s");
        add(Study.Row($"{name}: done", open.PerSecond, "judgments/s", 0.97 * sizes.Rate, atMost: false));
        add(Study.Row($"{name}: p50 from the intended time", open.P50Ms, "ms", 10));
        add(Study.Row($"{name}: p99", open.P99Ms, "ms", 50));
        add(Study.Row($"{name}: slowest", open.MaxMs, "ms", null));
        add(Study.Row($"{name}: of its time the server was paused by garbage collection", (await server.MeasureAsync("dotnet_gc_pause_time_total") - pauses) / open.Seconds * 100, "%", null));
        add(Study.Row($"{name}: CPU of the server, of one core", (server.CpuSeconds - cpu) / open.Seconds * 100, "%", null));
        AddAppends(name, appends, await server.AppendsAsync());
    }

    private async Task ClosedAsync(ServerProcess server, string keys)
    {
        var bare = await server.LoadAsync("bare", "flow", keys, Connections, sizes.ClosedSeconds, 0);
        var most = (int)Math.Min(Connections * 600, 0.45 * sizes.FlowPairs);
        var appends = await server.AppendsAsync();
        var closed = await server.LoadAsync("closed", "flow", keys, Connections, sizes.ClosedSeconds, most);
        var after = await server.AppendsAsync();
        var again = await server.LoadAsync("bare", "flow", keys, Connections, sizes.ClosedSeconds, 0);
        var peer = (bare.PerSecond + again.PerSecond) / 2;
        add(Study.Row($"closed loop, {Connections} connections", closed.PerSecond, "judgments/s", 3000, atMost: false));
        add(Study.Row("the same against the bare endpoint of the same server", closed.PerSecond / peer, "×", 0.4, atMost: false,
            string.Create(CultureInfo.InvariantCulture, $"bare {peer:N0}/s (before {bare.PerSecond:N0}, after {again.PerSecond:N0})"), closed.PerSecond / peer));
        add(Study.Row($"closed loop, {Connections} connections: p99", closed.P99Ms, "ms", null));
        AddAppends("closed loop with its leases", appends, after);
    }

    private void AddAppends(string name, (double Events, double Seconds, double Count) before, (double Events, double Seconds, double Count) after)
    {
        var count = after.Count - before.Count;
        add(Study.Row($"{name}: events of one append, mean", (after.Events - before.Events) / count, "events", null));
        add(Study.Row($"{name}: an append until it is durable, mean", (after.Seconds - before.Seconds) / count * 1000, "ms", null));
    }
}
