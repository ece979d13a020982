using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class RankingsApiTests(SiloHost host)
{
    [Fact]
    public async Task Rankings_are_brought_in_leased_blind_judged_and_looked_at()
    {
        var path = await host.AddProjectAsync("rank-day", pairs: 1);
        await Body.IsAsync(await AddAsync(path, Row("q1", 4), Row("q2", 2)), HttpStatusCode.OK, """{"import":"i2","applied":true,"rows":2,"added":2,"known":0,"wrong":0,"errors":[]}""");
        await Body.IsAsync(await AddAsync(path, Row("q2", 2), Row("q3", 8)), HttpStatusCode.OK, """{"import":"i3","applied":true,"rows":2,"added":1,"known":1,"wrong":0,"errors":[]}""");
        var ada = await host.AddAsync("rank-day-ada", "annotator");
        var pairs = await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 4 })));
        Assert.StartsWith("px_", (string)Assert.Single(pairs["items"]!.AsArray())!["pair"]!, StringComparison.Ordinal);
        var response = await ada.PostAsync($"{path}/leases", Body.Json(new { count = 4, kind = "ranking" }));
        var text = await response.Content.ReadAsStringAsync();
        foreach (var telling in new[] { "alpha", "re_", "rk_", "source", "origin", "purpose", "order", "overlap", "left\":\"" })
        {
            Assert.DoesNotContain(telling, text, StringComparison.Ordinal);
        }

        var items = JsonNode.Parse(text)!["items"]!.AsArray();
        Assert.Equal([2, 4, 8], items.Select(item => item!["responses"]!.AsArray().Count).Order());
        var four = items.Single(item => item!["responses"]!.AsArray().Count == 4)!;
        var wanted = four["responses"]!.AsArray().Select(answer => (string)answer!).Index().OrderByDescending(answer => answer.Item).ToArray();
        int[][] order = [[wanted[0].Index], [wanted[1].Index, wanted[2].Index], [wanted[3].Index]];
        var judgment = Judgment(four, order);
        await Body.IsAsync(await ada.PostAsync($"{path}/judgments", Body.Json(new[] { judgment })), HttpStatusCode.OK, """[{"id":"*","status":"stored","counted":true}]""");
        await Body.IsAsync(await ada.PostAsync($"{path}/judgments", Body.Json(new[] { judgment })), HttpStatusCode.OK, """[{"id":"*","status":"stored","counted":true}]""");

        var list = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings?status=judged"));
        var id = (string)Assert.Single(list["items"]!.AsArray())!["id"]!;
        var view = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings/{id}"));
        var texts = view["responses"]!.AsArray().Select(answer => (string)answer!["text"]!).ToArray();
        var said = Assert.Single(view["judgments"]!.AsArray())!;
        var best = said["ranking"]!.AsArray()[0]!.AsArray();
        Assert.Equal(wanted[0].Item, texts[(int)Assert.Single(best)!]);
        Assert.Equal("ranked", (string)said["choice"]!);
        Assert.Equal(3, (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings")))["items"]!.AsArray().Count);
        Assert.Single((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs")))["items"]!.AsArray());
        var listed = Assert.Single((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/judgments?purpose=ranking")))["items"]!.AsArray());
        Assert.Equal(said["ranking"]!.ToJsonString(), listed!["ranking"]!.ToJsonString());
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/pairs/{id}"), HttpStatusCode.NotFound, "unknown-pair");
    }

    [Fact]
    public async Task A_wrong_order_is_refused_alone_and_an_empty_queue_says_why()
    {
        var path = await host.AddProjectAsync("rank-wrong", pairs: 0);
        var (ada, bo) = (await host.AddAsync("rank-wrong-ada", "annotator"), await host.AddAsync("rank-wrong-bo", "annotator"));
        Assert.Equal("no-pairs", (string)(await LeaseAsync(bo, path))["reason"]!);
        await AddAsync(path, Row("q1", 3));
        var lease = (await LeaseAsync(ada, path))["items"]![0]!;
        var answers = (await Body.ReadAsync(await ada.PostAsync($"{path}/judgments", Body.Json(new[]
        {
            Judgment(lease, [[0], [1]]), Judgment(lease, [[0], [0], [1]]), Judgment(lease, [[0, 1, 2, 3]]), Judgment(lease, []), Judgment(lease, [[2], [], [0, 1]]), Judgment(lease, [[2], [0, 1]]),
        })))).AsArray();
        Assert.All(answers.SkipLast(1), answer => Assert.Equal("bad-verdict", (string)answer!["code"]!));
        Assert.Equal("stored", (string)answers[^1]!["status"]!);
        await AddAsync(path, Row("q2", 3));
        await LeaseAsync(ada, path);
        Assert.Equal("all-held", (string)(await LeaseAsync(bo, path))["reason"]!);
    }

    [Fact]
    public async Task Two_rankers_race_for_the_last_slot_and_one_is_surplus()
    {
        var path = await host.AddProjectAsync("rank-race", pairs: 0);
        await AddAsync(path, Row("q1", 5));
        var (ada, bo) = (await host.AddAsync("rank-race-ada", "annotator"), await host.AddAsync("rank-race-bo", "annotator"));
        var first = (await LeaseAsync(ada, path))["items"]![0]!;
        await ada.DeleteAsync($"{path}/leases");
        var second = (await LeaseAsync(bo, path))["items"]![0]!;
        Assert.NotEqual((string)first["pair"]!, (string)second["pair"]!);
        var sent = await Task.WhenAll(
            ada.PostAsync($"{path}/judgments", Body.Json(new[] { Judgment(first, [[0], [1], [2], [3], [4]]) })),
            bo.PostAsync($"{path}/judgments", Body.Json(new[] { Judgment(second, [[4], [3], [2], [1], [0]]) })));
        var answers = await Task.WhenAll(sent.Select(Body.ReadAsync));
        Assert.All(answers, answer => Assert.Equal("stored", (string)answer[0]!["status"]!));
        Assert.Single(answers, answer => (bool)answer[0]!["counted"]!);
        var stolen = Judgment(second, [[0, 1, 2, 3, 4]]);
        Assert.Equal("unknown-lease", (string)(await Body.ReadAsync(await ada.PostAsync($"{path}/judgments", Body.Json(new[] { stolen }))))[0]!["code"]!);
    }

    [Theory]
    [InlineData("""{"prompt":"q","responses":["a"]}""", "responses")]
    [InlineData("""{"prompt":"q","responses":["a","a"]}""", "responses")]
    [InlineData("""{"prompt":"q","responses":["a","b","c","d","e","f","g","h","i"]}""", "responses")]
    [InlineData("""{"prompt":"q","responses":["a",{"text":"b","source":"p3"}]}""", "responses")]
    [InlineData("""{"responses":["a","b"]}""", "prompt")]
    [InlineData("""{"prompt_id":"pr_00000000000000000000000000000000","responses":["a","b"]}""", "prompt_id")]
    [InlineData("""{"prompt":"q","prompt_id":"pr_00000000000000000000000000000000","responses":["a","b"]}""", "prompt_id")]
    [InlineData("[1]", "")]
    public async Task A_wrong_row_is_reported_and_the_others_stored_unless_all_or_nothing_is_asked_for(string row, string field)
    {
        var path = await host.AddProjectAsync("rank-rows-" + ContentHash.Hex(row)[..12], pairs: 0);
        var strict = await AddAsync(path + "/rankings?all_or_nothing=true", Row("fine", 3), row, Row("as fine", 2));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
        var refused = JsonNode.Parse(await strict.Content.ReadAsStringAsync())!;
        Assert.Equal((false, 3, 2, field), ((bool)refused["applied"]!, (int)refused["rows"]!, (int)refused["errors"]![0]!["line"]!, (string?)refused["errors"]![0]!["field"] ?? ""));
        Assert.Empty((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings")))["items"]!.AsArray());
        var report = await Body.ReadAsync(await AddAsync(path, Row("fine", 3), row, Row("as fine", 2)));
        Assert.Equal((3, 2, 1), ((int)report["rows"]!, (int)report["added"]!, (int)report["wrong"]!));
        Assert.Equal(refused["errors"]!.ToJsonString(), report["errors"]!.ToJsonString());
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/imports/i1"), HttpStatusCode.OK, """{"import":"i1","form":"rankings","finished":"*","rows":3,"added":2,"judgments":0,"wrong":1}""");
        Assert.Equal(2, (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings")))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_known_prompt_can_be_named_by_its_id()
    {
        var path = await host.AddProjectAsync("rank-named", pairs: 0);
        await host.Admin.PostAsync($"{path}/prompts", Body.Json(new[] { new { prompt = "known before" } }));
        var prompt = (string)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/prompts")))["items"]![0]!["id"]!;
        var report = await Body.ReadAsync(await AddAsync(path, Row("before", 2), $$"""{"prompt_id":"{{prompt}}","responses":["a","b","c"]}""", Row("behind", 2), """{"prompt":"known before","lang":"de","responses":["d","e"]}"""));
        Assert.Equal((3, 4, "lang"), ((int)report["added"]!, (int)Assert.Single(report["errors"]!.AsArray())!["line"]!, (string?)report["errors"]![0]!["field"]));
        var ada = await host.AddAsync("rank-named-ada", "annotator");
        var leases = await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 4, kind = "ranking" })));
        Assert.Contains("known before", leases["items"]!.AsArray().Select(lease => (string)lease!["prompt"]!["text"]!));
    }

    [Fact]
    public async Task Judged_rankings_are_imported_whole_once_and_become_Plackett_Luce_rows()
    {
        var path = await host.AddProjectAsync("rank-import", pairs: 0);
        var lines = string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"prompt":"film {{i}}","ranked":["good {{i}}",["fair {{i}}",{"text":"so {{i}}","source":"m"}],"bad {{i}}"],"judge":"j1"}""" + "\n"))
            + """{"prompt":"film 0","ranked":["bad 0","good 0","fair 0",{"text":"so 0","source":"m"}],"judge":"j2"}""" + "\n" + """{"prompt":"film 1","ranked":["x"]}""";
        foreach (var (added, errors) in new[] { (12, 1), (0, 1) })
        {
            var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=ranking&as=rankings", new StringContent(lines, Encoding.UTF8, "application/x-ndjson")));
            Assert.Equal((14, added, 13, 13, errors), ((int)report["rows"]!, (int)report["pairs_added"]!, (int)report["judgments"]!, (int)report["counted"]!, (int)report["wrong"]!));
        }

        var strict = await host.Admin.PostAsync($"{path}/imports?format=ranking&as=rankings&all_or_nothing=true", new StringContent(lines.Replace("film", "never stored", StringComparison.Ordinal), Encoding.UTF8, "application/x-ndjson"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
        Assert.Equal(12, (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/rankings?limit=100")))["items"]!.AsArray().Count);
        var kept = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/imports")))["items"]!.AsArray()[^1]!;
        Assert.Equal(("ranking", 14, 12, 13, 1), ((string)kept["form"]!, (int)kept["rows"]!, (int)kept["added"]!, (int)kept["judgments"]!, (int)kept["wrong"]!));
        var labelled = """{"prompt":"film 0","tags":["other"],"ranked":["good 0","bad 0"]}""";
        var contradicting = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/imports?format=ranking&as=rankings", new StringContent(labelled, Encoding.UTF8, "application/x-ndjson")));
        Assert.Equal((0, "tags"), ((int)contradicting["pairs_added"]!, (string)Assert.Single(contradicting["errors"]!.AsArray())!["field"]!));
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/imports?format=trl&as=rankings", new StringContent("", Encoding.UTF8, "application/x-ndjson")), HttpStatusCode.BadRequest, "bad-request");
        await host.Admin.PostAsync($"{path}/datasets", Body.Json(new { recipe = new { rankings = "all" } }));
        await host.VersionAsync(path, "v1");
        var rows = new List<JsonNode>();
        foreach (var split in new[] { "train", "test" })
        {
            var text = await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/rankings?split={split}");
            rows.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!));
        }

        Assert.Equal(13, rows.Count);
        Assert.All(rows.Where(row => row["ranked"]!.AsArray().Count == 3), row => Assert.Equal(("good", "bad"), (((string)row["ranked"]![0]!).Split(' ')[0], ((string)row["ranked"]![2]!).Split(' ')[0])));
        Assert.Equal(["bad 0", "good 0", "fair 0", "so 0"], Assert.Single(rows, row => row["ranked"]!.AsArray().Count == 4)["ranked"]!.AsArray().Select(text => (string)text!));
        var ranking = (string)rows[0]["pair_id"]!;
        var lineage = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/lineage/{ranking}"));
        Assert.Equal("ranking", (string)lineage["kind"]!);
        Assert.Contains(lineage["down"]!.AsArray(), link => (string)link!["id"]! == "v1");
        var chosen = (await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/dpo?split=train")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.All(chosen.Where(row => (int)row["n_judgments"]! == 1), row => Assert.NotEqual("bad", ((string)row["chosen"]!).Split(' ')[0]));
        Assert.True(chosen.Length >= 5 * 5, $"{chosen.Length} pairs");
    }

    private static string Row(string prompt, int responses) => new JsonObject
    {
        ["prompt"] = prompt,
        ["responses"] = new JsonArray([.. Enumerable.Range(0, responses).Select(i => (JsonNode)new JsonObject { ["text"] = $"{prompt} answer {i}", ["source"] = $"alpha-{i}" })]),
    }.ToJsonString();

    private static object Judgment(JsonNode lease, int[][] ranking) =>
        new { id = Ulid.New(DateTimeOffset.UtcNow), pair = (string)lease["pair"]!, lease = (string)lease["lease"]!, ranking, active_ms = 5000 };

    private static async Task<JsonNode> LeaseAsync(HttpClient client, string path) =>
        await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 1, kind = "ranking" })));

    private Task<HttpResponseMessage> AddAsync(string path, params string[] rows) =>
        host.Admin.PostAsync(path.Contains('?', StringComparison.Ordinal) ? path : $"{path}/rankings", new StringContent(string.Join('\n', rows), Encoding.UTF8, "application/x-ndjson"));
}
