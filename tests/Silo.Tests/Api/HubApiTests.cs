using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>The Hub endpoint, walked by the Hub's own client from npm, and its headers by hand.</summary>
[Collection(SiloCollection.Name)]
public sealed class HubApiTests(SiloHost host)
{
    [Fact]
    public async Task The_hubs_own_client_reads_a_version_and_a_policy()
    {
        var (path, version) = await PublishedAsync("hub-client");
        await host.PublishTinyPolicyAsync(path);
        var revision = (string)version["revision"]!;
        using var cache = new TemporaryFolder();
        var made = new Dictionary<string, string>();
        foreach (var format in new[] { "jsonl.gz", "parquet" })
        {
            using var table = await host.Admin.GetAsync($"{path}/datasets/v1/tables/items?format={format}");
            made.Add($"derived/items/all-00000-of-00001.{format}", table.Headers.ETag!.Tag.Trim('"'));
        }

        var seen = await WalkAsync("dpo/hub-client", revision, "hub-client/p1", cache.Path);

        Assert.Equal(revision, (string?)seen["dataset"]);
        Assert.Equal(TinyPolicy.Hash()[..40], (string?)seen["model"]);
        var files = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files"))).AsArray().ToDictionary(file => (string)file!["path"]!, file => (string)file!["sha256"]!);
        var manifest = Convert.ToHexStringLower(SHA256.HashData(await host.Admin.GetByteArrayAsync($"{path}/datasets/v1/files/manifest.json")));
        files.Add("manifest.json", manifest);
        foreach (var (name, hash) in made)
        {
            files.Add(name, hash);   // what was asked for is there for the Hub's clients too
        }

        var counts = version["counts"]!;
        Assert.Equal((6, 6, (int)counts["dpo_train"]!, (int)counts["dpo_test"]!), ((int)seen["rows"]!["items/train"]!, (int)seen["rows"]!["judgments/train"]!, (int)seen["rows"]!["dpo/train"]!, (int?)seen["rows"]!["dpo/test"] ?? 0));
        foreach (var way in new[] { "files", "snapshot" })
        {
            Assert.Equal(files.OrderBy(file => file.Key, StringComparer.Ordinal), Map(seen[way]!));
        }

        Assert.Equal(TinyPolicy.Files().Select(file => KeyValuePair.Create(file.Key, Convert.ToHexStringLower(SHA256.HashData(file.Value)))), Map(seen["weights"]!));
        Assert.Contains("directory data", seen["top"]!.AsArray().Select(entry => (string?)entry));
        Assert.Equal(["directory data", "file recipe.json"], seen["some"]!.AsArray().Select(entry => (string?)entry).Order(StringComparer.Ordinal));
        Assert.Equal([true, false], seen["exists"]!.AsArray().Select(flag => (bool)flag!));
        Assert.Equal([true, false], seen["repos"]!.AsArray().Select(flag => (bool)flag!));
        Assert.Null(seen["missing"]);
        Assert.Equal([404, 401], new[] { seen["noRevision"], seen["noKey"] }.Select(status => (int)status!));
    }

    [Fact]
    public async Task What_pythons_client_relies_on_is_in_the_headers()
    {
        var (_, version) = await PublishedAsync("hub-headers");
        var revision = (string)version["revision"]!;
        foreach (var name in new[] { "main", "v1", revision })
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, $"/datasets/dpo/hub-headers/resolve/{name}/recipe.json");
            using var answer = await host.Admin.SendAsync(head);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            Assert.Equal(revision, Assert.Single(answer.Headers.GetValues("X-Repo-Commit")));
            Assert.Equal(64 + 2, answer.Headers.ETag!.Tag.Length);
            Assert.True(answer.Content.Headers.ContentLength > 0);
            Assert.False(answer.Headers.Contains("X-Xet-Hash"));
        }

        using var range = new HttpRequestMessage(HttpMethod.Get, $"/datasets/dpo/hub-headers/resolve/main/recipe.json") { Headers = { Range = new RangeHeaderValue(0, 0) } };
        using var part = await host.Admin.SendAsync(range);
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
        Assert.Equal(1, part.Content.Headers.ContentLength);
        Assert.Equal(version["revision"] is not null, part.Content.Headers.ContentRange!.HasLength);

        foreach (var (address, code) in new[]
        {
            ("/datasets/dpo/hub-headers/resolve/main/nothing.txt", "EntryNotFound"), ("/datasets/dpo/hub-headers/resolve/v9/recipe.json", "RevisionNotFound"),
            ("/datasets/dpo/hub-nowhere/resolve/main/recipe.json", "RepoNotFound"), ("/hub-headers/p9/resolve/main/config.json", "RepoNotFound"),
            ("/api/datasets/dpo/hub-headers/tree/main/nothing", "EntryNotFound"), ("/api/datasets/dpo/hub-headers/revision/refs%2Fconvert%2Fparquet", "RevisionNotFound"),
        })
        {
            using var missing = await host.Admin.GetAsync(address);
            Assert.Equal(code, Assert.Single(missing.Headers.GetValues("X-Error-Code")));
            await Body.IsProblemAsync(missing, HttpStatusCode.NotFound, "unknown-file");
        }
    }

    [Fact]
    public async Task Paths_come_as_a_form_too_and_escaped_slashes_are_slashes()
    {
        await PublishedAsync("hub-paths");
        using var form = new FormUrlEncodedContent([new("paths", "recipe.json"), new("paths", "data/items"), new("expand", "true")]);
        var some = await Body.ReadAsync(await host.Admin.PostAsync("/api/datasets/dpo/hub-paths/paths-info/main", form));
        Assert.Equal(["data/items", "recipe.json"], some.AsArray().Select(entry => (string?)entry!["path"]));
        var tree = await Body.ReadAsync(await host.Admin.GetAsync("/api/datasets/dpo/hub-paths/tree/main/data%2Fitems?recursive=True"));
        Assert.All(tree.AsArray(), entry => Assert.StartsWith("data/items/", (string)entry!["path"]!, StringComparison.Ordinal));
        foreach (var body in new[] { """{"paths":1}""", "[", "" })
        {
            await Body.IsProblemAsync(await host.Admin.PostAsync("/api/datasets/dpo/hub-paths/paths-info/main", Body.Text(body)), HttpStatusCode.BadRequest, "bad-request");
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Map(JsonNode node) =>
        node.AsObject().Select(member => KeyValuePair.Create(member.Key, (string)member.Value!)).OrderBy(file => file.Key, StringComparer.Ordinal);

    private async Task<(string Path, JsonNode Version)> PublishedAsync(string name)
    {
        var path = await host.AddJudgedProjectAsync(name, pairs: 6);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        return (path, await host.VersionAsync(path, "v1"));
    }

    private async Task<JsonNode> WalkAsync(string dataset, string revision, string model, string cache)
    {
        var folder = RepositoryFile.Path("tests/hub");
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@huggingface", "hub")))
        {
            var (install, _, why) = await RunAsync("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            Assert.True(install == 0, $"npm ci in tests/hub failed: {why}");
        }

        var key = "hf_" + host.Admin.DefaultRequestHeaders.Authorization!.Parameter!;
        var (code, output, error) = await RunAsync("node", folder, "client.mjs", host.Url.GetLeftPart(UriPartial.Authority), key, dataset, revision, model, cache);
        Assert.True(code == 0, error);
        return JsonNode.Parse(output.TrimEnd().Split((char)10)[^1])!; // the client tells of its downloads before
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(string program, string folder, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output, await error);
    }
}
