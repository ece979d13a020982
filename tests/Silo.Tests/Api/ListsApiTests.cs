using System.Net;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ListsApiTests(SiloHost host)
{
    [Fact]
    public async Task Pages_of_pairs_name_every_pair_once_and_filters_hold()
    {
        var path = await host.AddProjectAsync("lists-pairs", pairs: 23);
        var ada = await host.AddAsync("lists-ada", "annotator");
        await JudgeAsync(ada, path, "left", "tie", "skip", "report");
        var reported = (string?)Assert.Single(await PagesAsync($"{path}/judgments?reported=true"))["pair"];
        var all = await PagesAsync($"{path}/pairs?limit=4");
        Assert.Equal((23, 23), (all.Count, all.Select(item => (string)item["id"]!).Distinct().Count()));
        Assert.Equal(2, (await PagesAsync($"{path}/pairs?status=judged&limit=1")).Count);
        Assert.Equal(reported, (string?)Assert.Single(await PagesAsync($"{path}/pairs?status=review"))["id"]);
        Assert.Equal(reported, (string?)Assert.Single(await PagesAsync($"{path}/pairs?reported=true"))["id"]);
        Assert.Equal(20, (await PagesAsync($"{path}/pairs?status=open&origin=i1&purpose=vote&limit=7")).Count);
        Assert.Empty(await PagesAsync($"{path}/pairs?origin=g99"));
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/pairs?status=review"), HttpStatusCode.OK,
            $$"""{"items":[{"id":"{{reported}}","origin":"i1","purpose":"vote","status":"review","overlap":1,"wanted":1,"counted":0,"leased":0,"skips":1,"reports":1}],"next":null}""");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/pairs?cursor=x"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/pairs?status=lost"), HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Judgments_come_newest_first_over_all_shards_with_filters()
    {
        var path = await host.AddProjectAsync("lists-judgments", pairs: 30);
        var bo = await host.AddAsync("lists-bo", "annotator");
        var cy = await host.AddAsync("lists-cy", "annotator");
        await JudgeAsync(bo, path, [.. Enumerable.Repeat("left", 8), .. Enumerable.Repeat("tie", 4)]);
        await JudgeAsync(cy, path, "both_bad", "skip", "report", "tie");
        var all = await PagesAsync($"{path}/judgments?limit=3");
        var times = all.Select(item => (string)item["time"]!).ToArray();
        Assert.Equal(16, all.Select(item => (string)item["id"]!).Distinct().Count());
        Assert.Equal(times.OrderDescending(StringComparer.Ordinal), times);
        Assert.Equal(5, (await PagesAsync($"{path}/judgments?choice=tie&limit=2")).Count);
        var person = (string)all[0]["annotator"]!;
        Assert.Equal(4, (await PagesAsync($"{path}/judgments?annotator={person}&limit=1")).Count);
        Assert.Equal("skip", (string?)Assert.Single(await PagesAsync($"{path}/judgments?reported=true"))["choice"]);
        Assert.Equal(14, (await PagesAsync($"{path}/judgments?counted=true&live=true&purpose=vote")).Count);
        Assert.Empty(await PagesAsync($"{path}/judgments?live=false"));
        Assert.Empty(await PagesAsync($"{path}/judgments?annotator=an_{new string('9', 32)}"));
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/judgments?annotator=me"), HttpStatusCode.BadRequest, "bad-request");
    }

    [Theory]
    [InlineData("FIRST ANSWER 1", 11, "a b")]
    [InlineData("question 7", 1, "prompt")]
    [InlineData("grüße \"AN", 1, "a b")]
    [InlineData("ÜBER", 1, "a b")]
    [InlineData("nothing like it", 0, "")]
    public async Task Text_is_found_whatever_its_case_and_told_where(string text, int hits, string places)
    {
        var path = $"/api/v1/projects/lists-text";
        if (!(await host.Admin.GetAsync(path)).IsSuccessStatusCode)
        {
            await host.AddProjectAsync("lists-text", pairs: 20);
            await host.Admin.PostAsync($"{path}/pairs", Body.Json(new[] { new { prompt = "Wer?", response_a = "Viele Grüße \"an alle\"", response_b = "über\nalles", source_a = "x", source_b = "y" } }));
        }

        var response = await host.Admin.GetAsync($"{path}/search?q={Uri.EscapeDataString(text)}");
        Assert.Equal("application/x-ndjson", response.Content.Headers.ContentType?.MediaType);
        var lines = (await response.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(hits, lines.Count - 1);
        Assert.Equal((hits, 21, false), ((int)lines[^1]["hits"]!, (int)lines[^1]["searched"]!, (bool)lines[^1]["more"]!));
        Assert.All(lines.SkipLast(1), line =>
        {
            Assert.Contains(text, (string)line["excerpt"]!, StringComparison.OrdinalIgnoreCase);
            Assert.All(line["found_in"]!.AsArray(), place => Assert.Contains((string)place!, places, StringComparison.Ordinal));
        });
    }

    [Fact]
    public async Task A_search_stops_at_its_limit_and_refuses_one_character()
    {
        var path = await host.AddProjectAsync("lists-limit", pairs: 9);
        var lines = (await host.Admin.GetStringAsync($"{path}/search?q=answer&limit=2")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((3, true), (lines.Length, (bool)JsonNode.Parse(lines[2])!["more"]!));
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/search?q=a"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/search?q=ab&limit=0"), HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public void Text_in_bytes_is_found_where_a_plain_comparison_finds_it()
    {
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => "aAbBzZ ü"[random.Next(8)]));
            var sought = string.Concat(Enumerable.Range(0, random.Next(2, 5)).Select(_ => "aAbBzZ "[random.Next(7)]));
            var bytes = System.Text.Encoding.Latin1.GetBytes(text);
            var from = random.Next(text.Length + 1);
            Assert.Equal(text.IndexOf(sought, from, StringComparison.OrdinalIgnoreCase), new Silo.Search.AsciiText(sought).IndexIn(bytes, from));
        }
    }

    private async Task<List<JsonNode>> PagesAsync(string path)
    {
        var items = new List<JsonNode>();
        for (var cursor = ""; ;)
        {
            var page = await Body.ReadAsync(await host.Admin.GetAsync(path + cursor));
            items.AddRange(page["items"]!.AsArray().Select(item => item!));
            if ((string?)page["next"] is not { } next)
            {
                return items;
            }

            cursor = $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}cursor={next}";
        }
    }

    private static async Task JudgeAsync(HttpClient client, string path, params string[] choices)
    {
        foreach (var choice in choices)
        {
            var lease = (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["items"]![0]!;
            var stored = await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(new[] { Judgments.Of(lease, choice) })));
            Assert.Equal("stored", (string?)stored[0]!["status"]);
        }
    }
}
