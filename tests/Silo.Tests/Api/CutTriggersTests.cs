using System.Net;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>The four ways a version comes about: by hand, by count, by the clock, and for a round.</summary>
[Collection(SiloCollection.Name)]
public sealed class CutTriggersTests(SiloHost host)
{
    [Fact]
    public async Task By_hand()
    {
        var path = await host.AddJudgedProjectAsync("cut-by-hand", pairs: 2);
        Assert.Equal(HttpStatusCode.Accepted, (await host.Admin.PostAsync($"{path}/datasets", null)).StatusCode);
        Assert.Equal("manual", (string?)(await host.VersionAsync(path, "v1"))["reason"]);
    }

    [Fact]
    public async Task When_enough_judgments_came_since_the_last_one()
    {
        var path = await CreateAsync("cut-by-count", new { judgments_trigger = 4 });
        await JudgeAsync(path, 3);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Admin.GetAsync($"{path}/datasets/v1")).StatusCode);
        await JudgeAsync(path, 1);
        Assert.Equal(("judgments", 4), await CutAsync(path, "v1"));
        await JudgeAsync(path, 4);
        Assert.Equal(("judgments", 8), await CutAsync(path, "v2"));
    }

    [Fact]
    public async Task When_the_clock_says_so_and_there_is_something_new()
    {
        var path = await CreateAsync("cut-by-clock", new { cron = "*/10 * * * *" });
        await JudgeAsync(path, 2);
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(("cron", 2), await CutAsync(path, "v1"));

        // Nothing came: no version, however late it gets. Then one judgment, and the next ten minutes.
        host.Clock.Advance(TimeSpan.FromMinutes(30));
        await JudgeAsync(path, 1);
        Assert.Equal(("cron", 3), await CutAsync(path, "v2"));
    }

    [Fact]
    public async Task For_a_round()
    {
        var path = await host.AddJudgedProjectAsync("cut-for-round", pairs: 4);
        await host.PublishTinyPolicyAsync(path);
        Assert.True((await host.Admin.PostAsync($"{path}/rounds", Body.Text("{}"))).IsSuccessStatusCode);
        await CutAsync(path, "v1");
        var version = await host.VersionAsync(path, "v1");
        Assert.Equal("r1", (string?)version["round"]);
        Assert.NotNull(version["recipe"]!["replay"]);
    }

    private async Task<string> CreateAsync(string id, object datasets)
    {
        var created = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id, shards = 2, settings = new { title = id, overlap = 1, test_share = 0.0, lease_minutes = 30, datasets } }));
        created.EnsureSuccessStatusCode();
        var lines = string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"prompt":"{{id}} {{i}}","response_a":"one {{i}}","response_b":"two {{i}}"}""" + "\n"));
        (await host.Admin.PostAsync($"/api/v1/projects/{id}/pairs", Body.Text(lines, "application/x-ndjson"))).EnsureSuccessStatusCode();
        return $"/api/v1/projects/{id}";
    }

    private async Task JudgeAsync(string path, int count)
    {
        var leases = (await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count }))))["items"]!.AsArray();
        Assert.Equal(count, leases.Count);
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
    }

    /// <summary>The loop looks every second; the test waits for what it does.</summary>
    private async Task<(string Reason, int Judgments)> CutAsync(string path, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await host.Admin.GetAsync($"{path}/datasets/{name}", patience.Token)).StatusCode is HttpStatusCode.NotFound)
        {
            await Task.Delay(20, patience.Token);
        }

        JsonNode version = await host.VersionAsync(path, name);
        return ((string)version["reason"]!, (int)version["counts"]!["judgments"]!);
    }
}
