using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class DatasetsAndPoliciesApiTests(SiloHost host)
{
    [Fact]
    public async Task A_version_is_cut_published_named_tagged_and_read_by_file_and_table()
    {
        var path = await host.AddJudgedProjectAsync("versions", pairs: 6);
        var cut = await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        Assert.Equal(HttpStatusCode.Accepted, cut.StatusCode);
        var version = await host.VersionAsync(path, "v1");
        Assert.Equal(((string)version["identity"]!)[..40], (string)version["revision"]!);
        var counts = version["counts"]!;
        Assert.Equal(6, (int)counts["items"]! + 0);
        Assert.Equal(6, (int)counts["dpo_train"]! + (int)counts["dpo_test"]!);
        foreach (var name in new[] { "1", "latest", (string)version["revision"]! })
        {
            Assert.Equal(1, (int)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/{name}")))["version"]!);
        }

        var tagged = await Body.ReadAsync(await host.Admin.PutAsync($"{path}/datasets/v1/tags/good", null));
        Assert.Equal("good", (string?)Assert.Single(tagged["tags"]!.AsArray()));
        Assert.Equal(1, (int)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/good")))["version"]!);
        var files = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files"))).AsArray();
        foreach (var file in files)
        {
            var response = await host.Admin.GetAsync($"{path}/datasets/v1/files/{file!["path"]}");
            var bytes = await response.Content.ReadAsByteArrayAsync();
            Assert.Equal((long)file["bytes"]!, bytes.LongLength);
            Assert.Equal((string)file["sha256"]!, Convert.ToHexStringLower(SHA256.HashData(bytes)));
            Assert.Equal($"\"{file["sha256"]}\"", response.Headers.ETag!.Tag);
        }

        var items = (await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/items")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(6, items.Select(line => (string)JsonNode.Parse(line)!["pair_id"]!).Distinct().Count());
        var dpo = await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/dpo?split=train") + await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/dpo?split=test");
        Assert.Equal(6, dpo.Count(c => c == '\n'));
    }

    [Fact]
    public async Task Files_have_ranges_and_conditions()
    {
        var path = await host.AddJudgedProjectAsync("ranges", pairs: 2);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await host.VersionAsync(path, "v1");
        var file = $"{path}/datasets/v1/files/recipe.json";
        var whole = await host.Admin.GetAsync(file);
        var bytes = await whole.Content.ReadAsByteArrayAsync();
        using var part = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { Range = new RangeHeaderValue(5, 14) } };
        var answer = await host.Admin.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(bytes[5..15], await answer.Content.ReadAsByteArrayAsync());
        using var known = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { IfNoneMatch = { whole.Headers.ETag! } } };
        Assert.Equal(HttpStatusCode.NotModified, (await host.Admin.SendAsync(known)).StatusCode);
        foreach (var (condition, status, length) in new[] { (whole.Headers.ETag!.Tag, HttpStatusCode.PartialContent, 10), ("\"another\"", HttpStatusCode.OK, bytes.Length) })
        {
            using var ranged = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { Range = new RangeHeaderValue(5, 14), IfRange = new RangeConditionHeaderValue(condition) } };
            using var either = await host.Admin.SendAsync(ranged);
            Assert.Equal((status, length), (either.StatusCode, (await either.Content.ReadAsByteArrayAsync()).Length));
        }

        using var matching = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { IfMatch = { new EntityTagHeaderValue("\"another\"") } } };
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await host.Admin.SendAsync(matching)).StatusCode);
        using var head = await host.Admin.SendAsync(new(HttpMethod.Head, file));
        Assert.Equal((HttpStatusCode.OK, bytes.LongLength, whole.Headers.ETag), (head.StatusCode, head.Content.Headers.ContentLength, head.Headers.ETag));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
        using var beyond = new HttpRequestMessage(HttpMethod.Get, file) { Headers = { Range = new RangeHeaderValue(bytes.Length + 10, null) } };
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, (await host.Admin.SendAsync(beyond)).StatusCode);
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files/nothing.json"), HttpStatusCode.NotFound, "unknown-file");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v1/files/..%2F..%2Fproject.json"), HttpStatusCode.NotFound, "unknown-file");
    }

    [Fact]
    public async Task Unknown_versions_tables_and_lineage_are_refused_by_their_codes()
    {
        var path = await host.AddProjectAsync("unknowns", pairs: 0);
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v9"), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v9/files"), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/datasets/v9/tables/rows"), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.PutAsync($"{path}/datasets/v9/tags/x", null), HttpStatusCode.NotFound, "unknown-version");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/rounds/r1"), HttpStatusCode.NotFound, "unknown-round");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/rounds/r1/metrics"), HttpStatusCode.NotFound, "unknown-round");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/rounds/r1/cancel", Body.Text("{}")), HttpStatusCode.NotFound, "unknown-round");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/generations/g1"), HttpStatusCode.NotFound, "unknown-generation");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/policies/p1"), HttpStatusCode.NotFound, "unknown-policy");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/policies/p1/activate", Body.Text("{}")), HttpStatusCode.NotFound, "unknown-policy");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/rounds", Body.Text("{}")), HttpStatusCode.Conflict, "no-active-policy");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/generations", Body.Text("{}")), HttpStatusCode.Conflict, "no-active-policy");
        foreach (var (id, code) in new[] { ("v1", "unknown-version"), ("r1", "unknown-round"), ("g1", "unknown-generation"), ("p1", "unknown-policy"), ($"pa_{new string('0', 32)}", "unknown-pair") })
        {
            await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/lineage/{id}"), HttpStatusCode.NotFound, code);
        }
    }

    [Fact]
    public async Task Lineage_leads_from_a_judgment_to_its_version_and_back()
    {
        var path = await host.AddJudgedProjectAsync("lineage", pairs: 2);
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        await host.VersionAsync(path, "v1");
        var row = JsonNode.Parse((await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/judgments")).Split('\n')[0])!;
        var (judgment, pair) = ((string)row["judgment_id"]!, (string)row["pair_id"]!);
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/lineage/{judgment}?pair={pair}"), HttpStatusCode.OK,
            $$"""{"id":"{{judgment}}","kind":"judgment","up":[{"id":"{{pair}}","kind":"pair"}],"down":[{"id":"v1","kind":"version"}]}""");
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/lineage/{pair}"), HttpStatusCode.OK,
            $$"""{"id":"{{pair}}","kind":"pair","up":[{"id":"*","kind":"prompt"},{"id":"i1","kind":"import"}],"down":[{"id":"{{judgment}}","kind":"judgment"},{"id":"v1","kind":"version"}]}""");
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/lineage/v1"), HttpStatusCode.OK, """{"id":"v1","kind":"version","up":[{"id":"i1","kind":"import"}],"down":[]}""");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/lineage/{judgment}"), HttpStatusCode.BadRequest, "bad-request");

        await Body.IsAsync(await host.Admin.GetAsync($"{path}/lineage/{judgment}/trace?pair={pair}"), HttpStatusCode.OK,
            $$"""{"id":"{{judgment}}","kind":"judgment","direction":"down","steps":[{"id":"v1","kind":"version","from":"{{judgment}}","distance":1}],"more":false}""");
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/lineage/v1/trace?direction=up"), HttpStatusCode.OK,
            """{"id":"v1","kind":"version","direction":"up","steps":[{"id":"i1","kind":"import","from":"v1","distance":1}],"more":false}""");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/lineage/v1/trace?direction=around"), HttpStatusCode.BadRequest, "bad-request");
        var trained = (await host.Admin.GetStringAsync($"{path}/lineage/v1/judgments")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        var dpo = (await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/dpo")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!);
        Assert.Equal(dpo.Select(line => $"{line["pair_id"]} {line["judgment_ids"]![0]}"), trained.Select(line => $"{line["pair"]} {line["judgments"]![0]}"));
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/lineage/p1/judgments"), HttpStatusCode.NotFound, "unknown-policy");
    }

    [Fact]
    public async Task A_policy_is_uploaded_checked_published_and_never_changed()
    {
        var path = await host.AddProjectAsync("upload", pairs: 0);
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/policies", Body.Text("{}")), HttpStatusCode.Created, """{"id":"p1"}""");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Text("{}")), HttpStatusCode.UnprocessableEntity, "bad-policy");
        foreach (var (name, content) in TinyPolicy.Files())
        {
            Assert.Equal(HttpStatusCode.NoContent, (await host.Admin.PutAsync($"{path}/policies/p1/files/{name}", new ByteArrayContent(content))).StatusCode);
        }

        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Json(new { hash = new string('0', 64) })), HttpStatusCode.UnprocessableEntity, "bad-policy");
        var published = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Json(new { hash = TinyPolicy.Hash() })));
        Assert.True((bool)published["is_active"]! && (bool)published["is_start"]!);
        Assert.Equal("upload", (string?)published["origin"]);
        await Body.IsProblemAsync(await host.Admin.PutAsync($"{path}/policies/p1/files/config.json", new ByteArrayContent([1])), HttpStatusCode.Conflict, "wrong-state");
        var weights = await host.Admin.GetByteArrayAsync($"{path}/policies/p1/files/model.safetensors");
        Assert.Equal(TinyPolicy.Files()["model.safetensors"], weights);
        await Body.IsProblemAsync(await host.Admin.PutAsync($"{path}/policies/p7/files/config.json", new ByteArrayContent([1])), HttpStatusCode.NotFound, "unknown-policy");
    }

    [Fact]
    public async Task A_policy_is_not_published_while_a_file_of_it_is_on_its_way()
    {
        var path = await host.AddProjectAsync("on-its-way", pairs: 0);
        await host.Admin.PostAsync($"{path}/policies", Body.Text("{}"));
        foreach (var (file, bytes) in TinyPolicy.Files())
        {
            await host.Admin.PutAsync($"{path}/policies/p1/files/{file}", new ByteArrayContent(bytes));
        }

        using var slow = new SlowContent(TinyPolicy.Files()["model.safetensors"]);
        var put = host.Admin.PutAsync($"{path}/policies/p1/files/model.safetensors", slow);
        await slow.Begun;
        string? code;
        do
        {
            // The first byte was sent; it arrives in its own time.
            var answer = await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Json(new { hash = new string('0', 64) }));
            code = (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["code"];
        }
        while (code is "bad-policy");
        Assert.Equal("wrong-state", code);
        slow.GoOn();
        Assert.Equal(HttpStatusCode.NoContent, (await put).StatusCode);
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Json(new { hash = TinyPolicy.Hash() })));
    }

    [Fact]
    public async Task A_policy_of_too_many_files_is_refused_rather_than_published_in_part()
    {
        var path = await host.AddProjectAsync("many-files", pairs: 0);
        await host.Admin.PostAsync($"{path}/policies", Body.Text("{}"));
        var files = TinyPolicy.Files().Concat(Enumerable.Range(0, 200).Select(i => KeyValuePair.Create($"z{i}.txt", new byte[] { 1 })));
        foreach (var (file, bytes) in files)
        {
            await host.Admin.PutAsync($"{path}/policies/p1/files/{file}", new ByteArrayContent(bytes));
        }

        var problem = await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Text("{}")), HttpStatusCode.UnprocessableEntity, "bad-policy");
        Assert.Contains("200 files", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config.json", "{", "config.json")]
    [InlineData("tokenizer.json", "[]", "tokenizer.json")]
    [InlineData("config.json", """{"vocab_size":9,"hidden_size":4}""", "embed_tokens")]
    [InlineData("model.safetensors", "short", "model.safetensors")]
    public async Task A_broken_policy_is_refused_with_the_file(string name, string content, string named)
    {
        var id = $"broken-{Math.Abs(StringComparer.Ordinal.GetHashCode(name + content)) % 100000}";
        var path = await host.AddProjectAsync(id, pairs: 0);
        await host.Admin.PostAsync($"{path}/policies", Body.Text("{}"));
        foreach (var (file, bytes) in TinyPolicy.Files())
        {
            await host.Admin.PutAsync($"{path}/policies/p1/files/{file}", new ByteArrayContent(file == name ? Encoding.UTF8.GetBytes(content) : bytes));
        }

        var problem = await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/policies/p1/publish", Body.Text("{}")), HttpStatusCode.UnprocessableEntity, "bad-policy");
        Assert.Contains(named, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    /// <summary>A body whose rest waits until it is told to go on.</summary>
    private sealed class SlowContent(byte[] content) : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _rest = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public void GoOn() => _rest.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(content.AsMemory(0, 1));
            await stream.FlushAsync();
            _begun.SetResult();
            await _rest.Task;
            await stream.WriteAsync(content.AsMemory(1));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = content.Length;
            return true;
        }
    }
}
