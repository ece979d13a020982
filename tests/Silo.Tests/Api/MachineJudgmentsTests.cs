using System.Net;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class MachineJudgmentsTests(SiloHost host)
{
    [Fact]
    public async Task A_model_judges_beside_the_slots_and_is_in_no_majority()
    {
        var path = await host.AddProjectAsync("machine", pairs: 4);
        var model = await ModelAsync("machine-model");
        var ada = await host.AddAsync("machine-ada", "annotator");
        var theirs = await LeaseAsync(model, path);
        Assert.Equal(4, theirs.Count);
        var mine = await LeaseAsync(ada, path);
        Assert.Equal(4, mine.Count);
        var results = await JudgeAsync(model, path, theirs, "right");
        Assert.All(results, result => Assert.False((bool)result!["counted"]!));
        Assert.Empty(await LeaseAsync(model, path));
        Assert.All(await JudgeAsync(ada, path, mine, "left"), result => Assert.True((bool)result!["counted"]!));

        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        var version = await host.VersionAsync(path, "v1");
        Assert.Equal(8, (int)version["counts"]!["judgments"]!);
        var rows = (await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/judgments")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(4, rows.Count(row => (string?)row["purpose"] == "machine" && !(bool)row["counted"]!));
        var items = (await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/items")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.All(items, item => Assert.Equal(1, (int)item["n_judgments"]!));
    }

    [Fact]
    public async Task A_model_whose_project_says_so_votes_like_people()
    {
        var path = await host.AddProjectAsync("machine-votes", pairs: 2);
        var project = await host.Admin.GetAsync(path);
        var settings = (await Body.ReadAsync(project))["settings"]!;
        settings["machine_votes"] = true;
        using var put = new HttpRequestMessage(HttpMethod.Put, $"{path}/settings") { Content = Body.Text(settings.ToJsonString()), Headers = { { "If-Match", project.Headers.ETag!.ToString() } } };
        (await host.Admin.SendAsync(put)).EnsureSuccessStatusCode();
        var model = await ModelAsync("machine-voter");
        Assert.All(await JudgeAsync(model, path, await LeaseAsync(model, path), "left"), result => Assert.True((bool)result!["counted"]!));
    }

    [Fact]
    public async Task Aspects_and_reasons_are_the_projects_and_nothing_else()
    {
        var created = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new
        {
            id = "aspects", shards = 1, settings = new { aspects = new[] { new { slug = "helpful", title = "Helpful", scale = 2 } }, reasons = new[] { new { slug = "style", title = "Style" } } },
        }));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        const string path = "/api/v1/projects/aspects";
        await host.Admin.PostAsync($"{path}/pairs", Body.Text("""[{"prompt":"p","response_a":"x","response_b":"y","source_a":"alpha","source_b":"beta"}]"""));
        var ada = await host.AddAsync("aspects-ada", "annotator");
        var lease = (await LeaseAsync(ada, path))[0]!;
        foreach (var (aspects, reasons) in new[] { ("""{"honest":1}""", "[]"), ("""{"helpful":3}""", "[]"), ("{}", """["other"]""") })
        {
            Assert.Equal("bad-verdict", (string?)(await JudgeAsync(ada, path, lease, aspects, reasons))[0]!["code"]);
        }

        var stored = (await JudgeAsync(ada, path, lease, """{"helpful":-2}""", """["style"]"""))[0]!;
        Assert.Equal("stored", (string?)stored["status"]);
        var ledger = Directory.EnumerateFiles(host.Data, "*.jsonl", SearchOption.AllDirectories).Where(file => file.Contains("projects/aspects/ledger/0", StringComparison.Ordinal)).Select(File.ReadAllText);
        var shownFirst = (string?)lease["left"] == "x";
        var line = string.Concat(ledger).Split('\n').Single(text => text.Contains("judgment.recorded", StringComparison.Ordinal));
        var said = JsonNode.Parse(line)!;
        Assert.Equal((string?)said["order"] == "ab" ? -2 : 2, (int)said["aspects"]!["helpful"]!);
        Assert.True(shownFirst || (string?)lease["left"] == "y");
        var bad = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "aspects-bad", settings = new { aspects = new[] { new { slug = "Not A Slug", title = "x", scale = 2 } } } }));
        await Body.IsProblemAsync(bad, HttpStatusCode.BadRequest, "bad-request");
    }

    private async Task<HttpClient> ModelAsync(string name)
    {
        var person = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/people", Body.Json(new { name, kind = "model", roles = new[] { "annotator" } })));
        var key = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name, roles = new[] { "annotator" }, person = (string)person["id"]! })));
        return host.WithKey((string)key["key"]!);
    }

    private static async Task<JsonArray> LeaseAsync(HttpClient client, string path) =>
        (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();

    private static async Task<JsonArray> JudgeAsync(HttpClient client, string path, JsonArray leases, string choice) =>
        (await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, choice)))))).AsArray();

    private static async Task<JsonArray> JudgeAsync(HttpClient client, string path, JsonNode lease, string aspects, string reasons)
    {
        var body = JsonNode.Parse(await Body.Json(Judgments.Of(lease, "left")).ReadAsStringAsync())!;
        (body["aspects"], body["reasons"]) = (JsonNode.Parse(aspects), JsonNode.Parse(reasons));
        return (await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Text($"[{body.ToJsonString()}]")))).AsArray();
    }
}
