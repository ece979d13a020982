using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class DatasetCutsApiTests(SiloHost host)
{
    [Theory]
    [InlineData("""{"recipe":{"aggregation":"majority/9"}}""", "majority/9")]
    [InlineData("""{"recipe":{"labels":"fuzzy"}}""", "labels")]
    [InlineData("""{"recipe":{"ties":"half"}}""", "soft")]
    [InlineData("""{"recipe":{"threshold":0.3}}""", "threshold")]
    [InlineData("""{"recipe":{"min_votes":-1}}""", "min_votes")]
    [InlineData("""{"recipe":{"prompts":["x"]}}""", "prompt id")]
    [InlineData("""{"recipe":{"replay_of":["v1"]}}""", "replay")]
    [InlineData("""{"recipe":{"replay":1},"replay":1}""", "twice")]
    [InlineData("""{"recipe":{"replay":11}}""", "replay")]
    [InlineData("""{"as_of":"2026-01-01T00:00:00Z","positions":{}}""", "one")]
    [InlineData("""{"positions":{"0":0}}""", "positions")]
    [InlineData("""{"positions":{"0":1000000,"1":0,"2":0,"3":0,"_project":1}}""", "1000000")]
    [InlineData("""{"recipe":{"surprise":1}}""", "surprise")]
    [InlineData("""{"recipe":{"languages":["English!"]}}""", "languages")]
    [InlineData("""{"recipe":{"annotators":["ada"]}}""", "annotators")]
    [InlineData("""{"recipe":{"votes_from":"2026-01-02T00:00:00Z","votes_before":"2026-01-01T00:00:00Z"}}""", "votes_from")]
    public async Task A_recipe_that_cannot_be_is_refused_by_its_member(string body, string named)
    {
        var path = await host.AddProjectAsync($"cut-{Math.Abs(StringComparer.Ordinal.GetHashCode(body)) % 1000000}", pairs: 0);
        var problem = await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text(body)), HttpStatusCode.BadRequest, "bad-request");
        Assert.Contains(named, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_and_tags_that_are_not_there_are_unknown()
    {
        var path = await host.AddProjectAsync("no-versions", pairs: 0);
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"as_of":"v7"}""")), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"recipe":{"replay":1,"since":"v7"}}""")), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"recipe":{"replay":1,"replay_of":["v7"]}}""")), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/diff?from=v1&to=v2"), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/v7?reason=x"), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/latest?reason=x"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/tags/good"), HttpStatusCode.NotFound, "unknown-version");
    }

    [Fact]
    public async Task A_version_is_compared_with_one_as_of_an_earlier_position_and_the_reason_is_told()
    {
        var path = await host.AddProjectAsync("as-of", pairs: 8);
        await JudgeAsync(path, 4);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        var first = await PublishedAsync(path, "v1");
        await JudgeAsync(path, 4);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await PublishedAsync(path, "v2");
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"as_of":"v1"}"""));
        var again = await PublishedAsync(path, "v3");
        Assert.Equal((string?)first["identity"], (string?)again["identity"]);
        var lines = (await host.Admin.GetStringAsync($"{path}/datasets/diff?from=v1&to=v2")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(5, lines.Length);
        Assert.All(lines[..^1], line => Assert.Equal(("added", "new-judgments"), ((string)line["change"]!, (string)line["why"]![0]!)));
        Assert.Equal(4, (int)lines[^1]["summary"]!["rows"]!);
        Assert.Equal(0, (int?)JsonNode.Parse((await host.Admin.GetStringAsync($"{path}/datasets/diff?from=v1&to=v3")).Trim())!["summary"]!["rows"] ?? 0);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"recipe":{"aggregation":"posterior/1","labels":"soft","weights":"confidence"}}"""));
        var soft = await PublishedAsync(path, "v4");
        Assert.Equal(3, (int)soft["recipe"]!["format"]!);
        var row = JsonNode.Parse((await host.Admin.GetStringAsync($"{path}/datasets/v4/tables/dpo?split=train")).Split('\n')[0])!;
        Assert.InRange((double)row["weight"]!, 0.01, 0.99);
        Assert.Contains("aggregation", await host.Admin.GetStringAsync($"{path}/datasets/diff?from=v2&to=v4"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Derived_tables_are_made_once_hashed_and_swept_with_their_version()
    {
        var path = await host.AddProjectAsync("derived", pairs: 6);
        await JudgeAsync(path, 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await PublishedAsync(path, "v1");
        foreach (var table in new[] { "dpo", "items", "judgments", "kto", "reward", "sft", "annotators" })
        {
            foreach (var format in new[] { "jsonl", "jsonl.gz", "parquet" })
            {
                var answer = await host.Admin.GetAsync($"{path}/datasets/v1/tables/{table}?format={format}");
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                var bytes = await answer.Content.ReadAsByteArrayAsync();
                Assert.True(format is not "parquet" || (bytes.AsSpan().StartsWith("PAR1"u8) && bytes.AsSpan().EndsWith("PAR1"u8)));
                if (answer.Headers.ETag is { } etag)
                {
                    Assert.Equal($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"", etag.Tag);
                    Assert.Equal(bytes, await (await host.Admin.GetAsync($"{path}/datasets/v1/tables/{table}?format={format}")).Content.ReadAsByteArrayAsync());
                }
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await host.Admin.GetAsync($"{path}/datasets/v1/files/derived/kto/train-00000-of-00001.parquet")).StatusCode);
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files/derived/kto/all-00000-of-00001.parquet"), HttpStatusCode.NotFound, "unknown-file");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v1/tables/kto?format=csv"), HttpStatusCode.BadRequest, "bad-request");
        var person = JsonNode.Parse((await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/annotators")).Split('\n')[0])!;
        Assert.Equal(6, (int)person["n_votes"]!);
        Assert.Equal(1, (double)person["agreement"]!);
    }

    [Fact]
    public async Task A_deleted_version_is_gone_by_name_and_its_rows_stay_only_where_another_version_has_them()
    {
        var path = await host.AddProjectAsync("deleted", pairs: 6);
        await JudgeAsync(path, 3);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        var first = await PublishedAsync(path, "v1");
        await JudgeAsync(path, 3);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await PublishedAsync(path, "v2");
        await host.Admin.PutAsync($"{path}/datasets/v1/tags/keep", null);
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/v1?reason=wrong"), HttpStatusCode.Conflict, "wrong-state");
        Assert.Equal("keep", (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/tags")))[0]!["tag"]);
        Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.DeleteAsync($"{path}/datasets/tags/keep")).StatusCode);
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"{path}/datasets/v1"), HttpStatusCode.BadRequest, "bad-request");
        var deleted = await Body.ReadAsync(await host.Admin.DeleteAsync($"{path}/datasets/v1?reason=wrong%20guideline"));
        Assert.Equal(("deleted", "wrong guideline", (string?)first["identity"]), ((string?)deleted["state"], (string?)deleted["deleted"]!["reason"], (string?)deleted["identity"]));
        foreach (var call in new[] { "v1", "v1/files", "v1/files/README.md", "v1/tables/dpo", (string)first["revision"]!, "diff?from=v1&to=v2" })
        {
            var problem = await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/{call}"), HttpStatusCode.Gone, "version-deleted");
            Assert.Contains("wrong guideline", (string)problem["detail"]!, StringComparison.Ordinal);
        }

        foreach (var file in (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v2/files"))).AsArray())
        {
            Assert.Equal((string)file!["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(await host.Admin.GetByteArrayAsync($"{path}/datasets/v2/files/{file["path"]}"))));
        }

        await host.Admin.PostAsync($"{path}/datasets", Body.Text("""{"as_of":"v1"}"""));
        Assert.Equal((string?)first["identity"], (string?)(await PublishedAsync(path, "v3"))["identity"]);
    }

    private async Task JudgeAsync(string path, int count)
    {
        for (var left = count; left > 0;)
        {
            var leases = (await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count = Math.Min(4, left) }))))["items"]!.AsArray();
            await Body.ReadAsync(await host.Admin.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
            left -= leases.Count;
        }
    }

    private async Task<JsonNode> PublishedAsync(string path, string name)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var version = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/{name}", patience.Token));
            if ((string?)version["state"] != "building")
            {
                Assert.True((string?)version["state"] == "published", version.ToJsonString());
                return version;
            }

            await Task.Delay(20, patience.Token);
        }
    }
}
