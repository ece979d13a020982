using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Bench;

/// <summary>How long after an acknowledged judgment the posteriors have taken it in.</summary>
internal sealed class FreshMeasure(ServerProcess server, string project, string keys)
{
    private const int Judgments = 40;
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(4);

    /// <summary>Adds rows: the time from the start until all is followed and fitted, then single judgments at random instants.</summary>
    public async Task RunAsync(long votes, Stopwatch sinceStart, Action<Row> add)
    {
        var many = votes.ToString("N0", CultureInfo.InvariantCulture);
        await UntilAsync(state => state.Votes >= votes);
        add(Study.Row($"start until {many} judgments are followed", sinceStart.Elapsed.TotalSeconds, "s", null));
        await UntilAsync(state => state.Fits > 0);
        add(Study.Row($"start until the first fit of {many} judgments is there", sinceStart.Elapsed.TotalSeconds, "s", null));
        using var line = await HttpLine.OpenAsync(server.Url);
        var annotator = new LoadAnnotator(line, project, (await File.ReadAllLinesAsync(keys))[0]);
        var (random, times) = (new Random(1), new List<double>());
        for (var n = 0; n < Judgments; n++)
        {
            if (annotator.Held == 0)
            {
                await annotator.LeaseAsync();
            }

            await Task.Delay(random.Next(1000));
            var before = (await StateAsync()).Votes;
            await annotator.JudgeAsync();
            var acknowledged = Stopwatch.GetTimestamp();
            await UntilAsync(state => state.Votes > before);
            times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
        }

        var result = LoadResult.Of(times, 1);
        add(Study.Row($"posterior fresh after a judgment at {many} judgments: p50 of {Judgments}", result.P50Ms, "ms", null));
        add(Study.Row($"posterior fresh after a judgment at {many} judgments: slowest of {Judgments}", result.MaxMs, "ms", 1000));
        add(Study.Row($"resident with {many} judgments followed", server.Resident / 1048576.0, "MiB", 1228.8, peer: await server.Admin.GetStringAsync("/heap")));

        // The old posteriors stay until the new ones are there: no moment takes more.
        (await server.Admin.PostAsync($"/refit/{project}", null)).EnsureSuccessStatusCode();
        add(Study.Row($"most resident from the start to a second whole fit of {many} judgments", server.MostResident / 1048576.0, "MiB", 1228.8, peer: await server.Admin.GetStringAsync("/heap")));
    }

    private async Task UntilAsync(Func<(int Votes, int Fits), bool> holds)
    {
        var watch = Stopwatch.StartNew();
        while (!holds(await StateAsync()))
        {
            await Task.Delay(5);
            if (watch.Elapsed > s_patience)
            {
                throw new TimeoutException($"The statistics stand at {await StateAsync()}.");
            }
        }
    }

    private async Task<(int Votes, int Fits)> StateAsync()
    {
        var text = await server.Admin.GetStringAsync($"/followed/{project}");
        return JsonSerializer.Deserialize<JsonElement>(text) is { ValueKind: JsonValueKind.Object } state ? (state.GetProperty("votes").GetInt32(), state.GetProperty("fits").GetInt32()) : (0, 0);
    }
}
