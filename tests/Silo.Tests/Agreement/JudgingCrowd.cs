using System.Text.Json.Nodes;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Agreement;

/// <summary>People who judge imported pairs through the API. The response that says "first" is the better one.</summary>
internal sealed class JudgingCrowd(SiloHost host, string project)
{
    public string Path { get; } = $"/api/v1/projects/{project}";

    public Dictionary<string, string> Ids { get; } = [];

    /// <summary>A project with pairs and assignment settings.</summary>
    public async Task StartAsync(int pairs, int overlap, object assignment)
    {
        var settings = new { title = project, overlap, assignment };
        (await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = project, shards = 2, settings }))).EnsureSuccessStatusCode();
        var rows = Enumerable.Range(0, pairs).Select(i => Row(i)).ToArray();
        (await host.Admin.PostAsync($"{Path}/pairs", Body.Json(rows))).EnsureSuccessStatusCode();
    }

    public static object Row(int number, string? right = null) => right is null
        ? new { prompt = $"question {number}", response_a = $"a first answer {number}", response_b = $"the second answer {number}", source_a = "x", source_b = "y" }
        : new { prompt = $"hidden question {number}", response_a = $"a first answer {number}", response_b = $"the second answer {number}", source_a = "x", source_b = "y", right };

    public async Task<HttpClient> PersonAsync(string name, params string[] roles)
    {
        var client = await host.AddAsync($"{project}-{name}", roles.Length > 0 ? roles : ["annotator"]);
        Ids[name] = (string)(await Body.ReadAsync(await client.GetAsync("/api/v1/me")))["id"]!;
        if (!Ids[name].StartsWith("an_", StringComparison.Ordinal))
        {
            var people = await Body.ReadAsync(await host.Admin.GetAsync("/api/v1/people?limit=1000"));
            Ids[name] = (string)people["items"]!.AsArray().Single(person => (string)person!["name"]! == $"{project}-{name}")!["id"]!;
        }

        return client;
    }

    public async Task<JsonArray> LeaseAsync(HttpClient client, int count = 4, string queue = "leases") =>
        (await Body.ReadAsync(await client.PostAsync($"{Path}/{queue}", Body.Json(new { count }))))["items"]!.AsArray();

    /// <summary>Judges until the person gets nothing more or has judged <paramref name="most"/>.</summary>
    /// <returns>The leases, and which side was said.</returns>
    public async Task<List<(JsonNode Lease, string Choice)>> JudgeAsync(HttpClient client, Func<JsonNode, string> choose, int most = int.MaxValue)
    {
        var said = new List<(JsonNode, string)>();
        while (said.Count < most && await LeaseAsync(client, Math.Min(4, most - said.Count)) is { Count: > 0 } leases)
        {
            var choices = leases.Select(lease => (Lease: lease!, Choice: choose(lease!))).ToArray();
            await SayAsync(client, [.. choices.Select(entry => Judgments.Of(entry.Lease, entry.Choice))]);
            said.AddRange(choices);
        }

        return said;
    }

    public async Task<JsonArray> SayAsync(HttpClient client, params object[] judgments)
    {
        var results = (await Body.ReadAsync(await client.PostAsync($"{Path}/judgments", Body.Json(judgments)))).AsArray();
        Assert.All(results, result => Assert.Equal("stored", (string)result!["status"]!));
        return results;
    }

    public async Task<JsonNode> ReadAsync(string path) => await Body.ReadAsync(await host.Admin.GetAsync($"{Path}/{path}"));

    public async Task<JsonNode> OfAsync(string name) => (await ReadAsync("annotators?limit=1000"))["items"]!.AsArray().Single(item => (string)item!["annotator"]! == Ids[name])!;

    /// <summary>What tells pairs apart: their names differ from lease to lease.</summary>
    public static string Key(JsonNode lease) => (string)lease["prompt"]!["text"]!;

    public static string Honest(JsonNode lease) => ((string)lease["left"]!).Contains("first", StringComparison.Ordinal) ? "left" : "right";

    public static string Inverted(JsonNode lease) => Honest(lease) == "left" ? "right" : "left";
}
