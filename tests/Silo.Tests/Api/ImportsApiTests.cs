using System.Net;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ImportsApiTests(SiloHost host)
{
    private const string Lines = "application/x-ndjson";

    [Fact]
    public async Task Prompts_come_as_an_array_or_as_lines_and_known_ones_are_counted()
    {
        var path = await host.AddProjectAsync("prompts", pairs: 0);
        await Body.IsAsync(
            await host.Admin.PostAsync($"{path}/prompts", Body.Text("""[{"prompt":"one"},{"prompt":[{"role":"user","content":"two"}]}]""")), HttpStatusCode.OK, """{"import":null,"applied":true,"rows":2,"added":2,"known":0,"wrong":0,"errors":[]}""");
        await Body.IsAsync(
            await host.Admin.PostAsync($"{path}/prompts", Body.Text("{\"prompt\":\"one\"}\n\n{\"prompt\":\"three\"}\n", Lines)), HttpStatusCode.OK, """{"import":null,"applied":true,"rows":2,"added":1,"known":1,"wrong":0,"errors":[]}""");
    }

    [Fact]
    public async Task Prompts_are_listed_by_split_in_pages()
    {
        var path = await host.AddProjectAsync("pages", pairs: 0);
        await host.Admin.PostAsync($"{path}/prompts", Body.Text(string.Concat(Enumerable.Range(0, 40).Select(i => $"{{\"prompt\":\"page {i}\"}}\n")), Lines));
        var seen = new List<string>();
        foreach (var split in new[] { "train", "test" })
        {
            for (string? cursor = ""; cursor is not null;)
            {
                var page = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/prompts?split={split}&limit=7&cursor={cursor}"));
                Assert.InRange(page["items"]!.AsArray().Count, 0, 7);
                Assert.All(page["items"]!.AsArray(), item => Assert.Equal(split, (string?)item!["split"]));
                seen.AddRange(page["items"]!.AsArray().Select(item => (string)item!["prompt"]!));
                cursor = (string?)page["next"];
            }
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(i => $"page {i}").Order(), seen.Order());
    }

    [Theory]
    [InlineData("{\"prompt\":\"a\"}\n{\"prompt\":\n", Lines, 2, null)]
    [InlineData("{\"prompt\":\"a\"}\n{\"prompt\":5}\n", Lines, 2, "prompt")]
    [InlineData("{\"prompt\":\"a\"}\n\n{\"text\":\"b\"}\n", Lines, 3, "prompt")]
    [InlineData("{\"prompt\":\"a\"}\n{\"prompt\":\"b\",\"lang\":\"german!\"}\n", Lines, 2, "lang")]
    [InlineData("{\"prompt\":\"a\"}\n{\"prompt\":\"half \\ud83d\"}", Lines, 2, null)]
    [InlineData("[{\"prompt\":\"a\"},{\"prompt\":\"b\",\"split\":\"test\"}]", "application/json", 2, "split")]
    [InlineData("[{\"prompt\":\"a\"},", "application/json", 2, null)]
    public async Task A_malformed_row_is_reported_by_line_and_field_and_right_ones_are_stored(string body, string type, int line, string? field)
    {
        var path = "/api/v1/projects/malformed";
        await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "malformed", settings = new { } }));
        var report = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text(body, type)));
        Assert.Equal((2, 1, true), ((int)report["rows"]!, (int)report["added"]! + (int)report["known"]!, (bool)report["applied"]!));
        var error = Assert.Single(report["errors"]!.AsArray())!;
        Assert.Equal((line, field), ((int)error["line"]!, (string?)error["field"]));
        var strict = await host.Admin.PostAsync($"{path}/prompts?all_or_nothing=true", Body.Text(body.Replace("\"a\"", "\"never stored\"", StringComparison.Ordinal), type));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
        var listed = await host.Admin.GetStringAsync($"{path}/prompts") + await host.Admin.GetStringAsync($"{path}/prompts?split=test");
        Assert.DoesNotContain("never stored", listed, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_whose_name_is_no_text_is_refused_by_row()
    {
        var path = await host.AddProjectAsync("nonames", pairs: 0);
        var refused = await host.Admin.PostAsync($"{path}/gold", Body.Text("""[{"prompt":"q","response_a":"one","\ud800":"two","right":"a"}]""", "application/json"));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.Contains("\"line\":1", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_without_any_right_row_is_refused_with_its_report()
    {
        var path = await host.AddProjectAsync("norows", pairs: 0);
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text("""[{"text":"a"}]""")), HttpStatusCode.UnprocessableEntity,
            """{"import":"i1","applied":false,"rows":1,"added":0,"known":0,"wrong":1,"errors":[{"line":1,"field":"prompt","message":"prompt is missing."}]}""");
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await host.Admin.PostAsync($"{path}/prompts", Body.Text("""{"prompt":"a"}"""))).StatusCode);
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/pairs", Body.Text("", Lines)), HttpStatusCode.OK, """{"import":"i3","applied":true,"rows":0,"added":0,"known":0,"wrong":0,"errors":[]}""");
    }

    [Fact]
    public async Task A_given_split_another_media_type_and_bad_limits_are_refused()
    {
        var path = await host.AddProjectAsync("refusals", pairs: 0);
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/prompts?split=train", Body.Text("[]")), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/prompts", Body.Text("a,b", "text/csv")), HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/prompts?limit=0"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/prompts?cursor=zzz"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/prompts?split=dev"), HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task A_small_call_takes_no_large_body()
    {
        var path = await host.AddProjectAsync("large", pairs: 0);
        // The client asks before it sends: else the answer may come while it still writes, and the connection is gone.
        using var large = new HttpRequestMessage(HttpMethod.Post, $"{path}/leases") { Content = Body.Text($$"""{"count":1,"x":"{{new string('x', 2 << 20)}}"}"""), Headers = { ExpectContinue = true } };
        await Body.IsProblemAsync(await host.Admin.SendAsync(large), HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Pairs_are_imported_once_and_can_be_read_with_their_writers()
    {
        var path = await host.AddProjectAsync("imports", pairs: 0);
        const string rows = """[{"prompt":"p","response_a":"x","response_b":"y","source_a":"alpha","source_b":"beta"}]""";
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/pairs", Body.Text(rows)), HttpStatusCode.OK, """{"import":"i1","applied":true,"rows":1,"added":1,"known":0,"wrong":0,"errors":[]}""");
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/pairs", Body.Text(rows)), HttpStatusCode.OK, """{"import":"i2","applied":true,"rows":1,"added":0,"known":1,"wrong":0,"errors":[]}""");
        var lease = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count = 1 })));
        var id = await host.PairAsync(host.Admin, path, lease["items"]![0]!);
        var pair = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs/{id}"));
        Assert.Equal(new[] { "alpha", "beta" }, new[] { (string)pair["a"]!["source"]!, (string)pair["b"]!["source"]! }.Order());
        Assert.Equal(new[] { "x", "y" }, new[] { (string)pair["a"]!["text"]!, (string)pair["b"]!["text"]! }.Order());
        Assert.Equal("i1", (string?)pair["origin"]);
        Assert.Empty(pair["judgments"]!.AsArray());
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/pairs/pa_{new string('0', 32)}"), HttpStatusCode.NotFound, "unknown-pair");
    }

    [Theory]
    [InlineData("""{"prompt":"p","response_a":"x","response_b":"x","source_a":"a","source_b":"b"}""", "response_b")]
    [InlineData("""{"prompt":"p","response_a":"x","source_a":"a","source_b":"b"}""", "response_b")]
    [InlineData("""{"prompt":"p","response_a":"x","response_b":"y","source_a":"p1","source_b":"b"}""", "source_a")]
    public async Task A_pair_that_cannot_be_judged_is_refused_with_its_line(string row, string field)
    {
        await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "badpairs", settings = new { } }));
        var body = $$"""{"prompt":"p","response_a":"1","response_b":"2"}{{"\n"}}{{row}}""";
        var report = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/projects/badpairs/pairs", Body.Text(body, Lines)));
        var error = Assert.Single(report["errors"]!.AsArray())!;
        Assert.Equal((2, field), ((int)error["line"]!, (string?)error["field"]));
        var strict = await host.Admin.PostAsync("/api/v1/projects/badpairs/pairs?all_or_nothing=true", Body.Text(body, Lines));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, strict.StatusCode);
    }
}
