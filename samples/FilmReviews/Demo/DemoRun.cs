using Orleans.Dpo.Samples.FilmReviews.Client;

namespace Orleans.Dpo.Samples.FilmReviews.Demo;

/// <summary>The demo: a silo of its own, simulated rounds, then the pages for a person.</summary>
internal sealed class DemoRun(DemoOptions options, TextWriter output, ProgressLines progress)
{
    private static readonly TimeSpan s_patienceForPairs = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private string Path => $"/api/v1/projects/{options.Run.Project}";

    /// <returns>0 when every round was decided by the gate.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = options.Url };
        var keyFile = System.IO.Path.Combine(options.Data, "demo.key");
        await progress.SayAsync($"starting the silo, data in {options.Data}");
        await using var silo = await SiloProcess.StartAsync(options, keyFile, http, cancellationToken);
        using var alive = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, silo.Died);
        try
        {
            var api = new ApiClient(http, await KeyAsync(keyFile, alive.Token), TimeProvider.System);
            return await RunAsync(api, alive.Token);
        }
        catch (Exception lost) when (lost is OperationCanceledException or ApiException or HttpRequestException && silo.Died.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new DemoException(silo.Ended());
        }
    }

    private async Task<int> RunAsync(ApiClient api, CancellationToken cancellationToken)
    {
        if (options.Once || !await IsDoneAsync(api, cancellationToken))
        {
            var report = await new LoopRun(api, options.Run, new TrainerEvaluation(api, options, cancellationToken), TimeProvider.System, progress).RunAsync(cancellationToken);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(options.Report)!);
            await File.WriteAllTextAsync(options.Report, report.ToJson() + "\n", cancellationToken);
            foreach (var line in options.Headless ? ReportLines.Table(report) : ReportLines.Summary(report))
            {
                await output.WriteLineAsync(line);
            }

            await progress.SayAsync($"report: {options.Report}");
            if (options.Headless || report.Rounds.Any(r => !r.IsFinished()))
            {
                return report.Rounds.Count == options.Run.Rounds && report.Rounds.All(r => r.IsFinished()) ? 0 : 1;
            }
        }

        await OpenForPeopleAsync(api, cancellationToken);
        if (options.Once)
        {
            return 0;
        }

        await output.WriteLineAsync($"Sign in here and label: {await LinkAsync(api, cancellationToken)}");
        await progress.SayAsync($"{DemoSettings.HumanTrigger} judgments start the next round; Ctrl-C stops everything, and the same command goes on");
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    private async Task<bool> IsDoneAsync(ApiClient api, CancellationToken cancellationToken)
    {
        try
        {
            return (await api.ListAsync($"{Path}/rounds", cancellationToken)).Any(round => LoopRun.State(round) is "promoted" or "rejected");
        }
        catch (ApiException missing) when (missing.Status is System.Net.HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    /// <summary>Once: from now on the loop runs by itself, at the pace of a person.</summary>
    private async Task OpenForPeopleAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var (project, tag) = await api.GetTaggedAsync(Path, cancellationToken);
        if (project.Member("settings").Member("rounds").Number("judgments_trigger") > 0)
        {
            return;
        }

        await api.PutAsync($"{Path}/settings", DemoSettings.Human(options.Run), tag, cancellationToken);
        if (options.Once)
        {
            return;
        }

        await progress.SayAsync("the active policy writes the first pairs for you");
        for (var left = s_patienceForPairs; left > TimeSpan.Zero; left -= s_pause)
        {
            if ((await api.GetAsync($"{Path}/progress", cancellationToken)).Number("open_vote_slots") > 0)
            {
                return;
            }

            await Task.Delay(s_pause, cancellationToken);
        }
    }

    private static async Task<string> LinkAsync(ApiClient api, CancellationToken cancellationToken)
    {
        var people = await api.ListAsync("/api/v1/people", cancellationToken);
        var admin = people.First(person => person.Text("name") == "admin");
        var link = await api.PostAsync($"/api/v1/people/{admin.Id()}/links", new { Hours = 24 }, null, cancellationToken);
        return link.Text("url")!;
    }

    // The silo answers /health a moment before its first administrator's key is written.
    private static async Task<string> KeyAsync(string file, CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = File.Exists(file) ? (await File.ReadAllTextAsync(file, cancellationToken)).Trim() : "";
            if (key.Length > 0)
            {
                return key;
            }

            await Task.Delay(s_pause / 5, cancellationToken);
        }
    }
}
