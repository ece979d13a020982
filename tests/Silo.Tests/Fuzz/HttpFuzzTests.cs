using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Silo.Tests.Api;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Fuzz;

/// <summary>Bodies and addresses changed at random, by an administrator who may do everything: each gets an answer that blames the request, none breaks the host.</summary>
public sealed class HttpFuzzTests(SiloHost host) : IClassFixture<SiloHost>
{
    private const string Project = "/api/v1/projects/fuzz";

    [Fact]
    public async Task A_changed_request_is_answered_and_never_with_an_inner_failure()
    {
        await host.AddJudgedProjectAsync("fuzz", pairs: 8);
        await host.AddProjectAsync("fuzz-more", pairs: 8);
        await host.PublishTinyPolicyAsync(Project);
        var requests = await RequestsAsync();
        var random = new Random(31);
        var answers = new SortedDictionary<int, int>();
        var tries = FaultTier.Of(600, 20_000);
        for (var n = 0; n < tries; n++)
        {
            var (method, path, type, body) = requests[random.Next(requests.Count)];
            var mutated = Mutation.Of(Encoding.UTF8.GetBytes(body), random);
            var address = random.Next(8) == 0 ? Address(path, random) : path;
            using var request = new HttpRequestMessage(new(method), new Uri(host.Url + address.TrimStart('/')))
            {
                Content = new ByteArrayContent(mutated) { Headers = { ContentType = MediaTypeHeaderValue.Parse(random.Next(20) == 0 ? "text/plain" : type) } },
            };
            using var response = await AnswerAsync(request, $"try {n}: {method} {address}");
            var status = (int)response.StatusCode;
            answers[status] = answers.GetValueOrDefault(status) + 1;
            if (status >= 500)
            {
                Assert.Fail($"try {n}: {method} {address} {status}: {await response.Content.ReadAsStringAsync()}\n{Encoding.UTF8.GetString(mutated)}");
            }
        }

        Assert.Equal(HttpStatusCode.OK, (await host.Admin.GetAsync("/health")).StatusCode);
        var store = host.App.Services.GetRequiredService<IBlobStore>();
        foreach (var shard in new[] { "0", "1", "_project" })
        {
            Assert.True((await LedgerReader.VerifyAsync(store, "fuzz", shard, default)).Seq > 0);
        }

        Assert.True(answers.ContainsKey(400) && answers.ContainsKey(200));
        FaultReport.Add($"fuzzed requests × {tries:N0}: 0 inner failures; answers {string.Join(", ", answers.Select(answer => $"{answer.Key} × {answer.Value:N0}"))}");
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, string what)
    {
        try
        {
            return await host.Admin.SendAsync(request);
        }
        catch (TaskCanceledException)
        {
            throw new Xunit.Sdk.XunitException($"{what} got no answer.");
        }
    }

    private async Task<List<(string Method, string Path, string Type, string Body)>> RequestsAsync()
    {
        var leases = (await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/projects/fuzz-more/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
        var judgments = JsonSerializer.Serialize(leases.Select(lease => Judgments.Of(lease!, "left")));
        const string lines = "application/x-ndjson";
        const string json = "application/json";
        var requests = new List<(string, string, string, string)>
        {
            ("POST", "/api/v1/projects", json, """{"id":"fuzz-new","shards":2,"settings":{"title":"t","overlap":2,"lease_minutes":30,"test_share":0.1,"rounds":{"judgments_trigger":8,"gate":{"profile":"trial","prompts":10}}}}"""),
            ("PUT", $"{Project}/settings", json, """{"title":"t","overlap":1,"lease_minutes":30,"guideline":"g","generation":{"pairs":8,"low_water":0,"automatic":false},"assignment":{"gold_share":0.1}}"""),
            ("POST", "/api/v1/projects/fuzz-more/leases", json, """{"count":4}"""),
            ("POST", "/api/v1/projects/fuzz-more/judgments", json, judgments),
            ("POST", "/api/v1/projects/fuzz-more/judgments", lines, string.Join('\n', leases.Select(lease => JsonSerializer.Serialize(Judgments.Of(lease!, "right"))))),
            ("POST", $"{Project}/pairs", json, """[{"prompt":"q","response_a":"one","response_b":"two","source_a":"x","source_b":"y"}]"""),
            ("POST", $"{Project}/pairs", lines, """{"prompt":[{"role":"user","content":"q"}],"response_a":"one","response_b":"two","source_a":"x","source_b":"y"}""" + "\n"),
            ("POST", $"{Project}/prompts", json, """[{"prompt":"p1"},{"prompt":[{"role":"system","content":"s"},{"role":"user","content":"u"}]}]"""),
            ("POST", $"{Project}/gold", json, """[{"prompt":"q","response_a":"one","response_b":"two","source_a":"x","source_b":"y","expected":"a"}]"""),
            ("POST", $"{Project}/imports?format=trl", lines, """{"prompt":"p","chosen":"a","rejected":"b"}""" + "\n"),
            ("POST", $"{Project}/imports?format=ranking&all_or_nothing=true", json, """[{"prompt":"p","responses":["a","b","c"],"ranking":[1,2,3]}]"""),
            ("POST", $"{Project}/datasets", json, """{"note":"n","recipe":{"aggregation":"majority","ties":"drop"}}"""),
            ("PUT", $"{Project}/datasets/v1/tags/best", json, """{}"""),
            ("POST", $"{Project}/rounds", json, """{"reason":"r"}"""),
            ("POST", $"{Project}/rounds/r1/cancel", json, """{"reason":"r"}"""),
            ("POST", $"{Project}/generations", json, """{"pairs":2,"reason":"r"}"""),
            ("POST", $"{Project}/retractions", json, """{"annotator":"an_00000000000000000000000000000001","reason":"r"}"""),
            ("POST", $"{Project}/policies", json, """{"parent":"p1","note":"n"}"""),
            ("POST", $"{Project}/policies/p2/publish", json, """{"parent":"p1"}"""),
            ("PUT", $"{Project}/policies/p2/files/config.json", "application/octet-stream", """{"model_type":"llama"}"""),
            ("POST", $"{Project}/policies/p1/activate", json, """{"reason":"r"}"""),
            ("POST", $"{Project}/adjudication/leases", json, """{"count":2}"""),
            ("POST", $"{Project}/annotators/an_00000000000000000000000000000001/pause", json, """{"reason":"r"}"""),
            ("POST", "/api/v1/worker/claims", json, """{"worker":"w","kinds":["generate","train"]}"""),
            ("POST", "/api/v1/worker/claims/fuzz/g1/generate/1/heartbeat", json, """{"metrics":[{"step":1,"loss":0.5}],"progress":0.5}"""),
            ("POST", "/api/v1/worker/claims/fuzz/g1/generate/1/end", json, """{"outcome":"done","result":{"format":1,"seconds":1}}"""),
            ("PUT", "/api/v1/worker/claims/fuzz/g1/generate/1/files/out/x.bin", "application/octet-stream", "bytes"),
            ("POST", "/api/datasets/fuzz/paths-info/main", json, """{"paths":["README.md"],"expand":true}"""),
        };
        requests.AddRange(new[]
        {
            "pairs?limit=5&cursor=a&order=asc&search=q", "judgments?limit=5&annotator=an_0", "datasets", "datasets/v1", "datasets/v1/diff/v1", "datasets/v1/tables/dpo?limit=2", "lineage/v1", "lineage/p1",
            "progress", "quality", "rounds", "rounds/r1", "generations/g1", "policies/p1", "annotators", "settings",
        }.Select(path => ("GET", $"{Project}/{path}", json, "")));
        return requests;
    }

    /// <summary>An address with a few characters of it replaced by ones that some reader may take for more than they are.</summary>
    private static string Address(string path, Random random)
    {
        var start = path.LastIndexOf('/') + 1;
        string[] odd = ["%00", "%2e%2e", "-1", "99999999999999999999", "%ff", "'", "v0", "r0", "*", "%20", "a%0ab", "?limit=-1", "?limit=1e9", "?cursor=%7b%7d", "&from=x", "ü"];
        var at = start + random.Next(path.Length - start + 1);
        return string.Concat(path.AsSpan(0, at), odd[random.Next(odd.Length)], random.Next(2) == 0 ? path.AsSpan(at) : "");
    }
}
