using System.Net;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ServiceApiTests(SiloHost host)
{
    [Fact]
    public async Task Health_needs_no_sign_in_and_says_which_packages_run()
    {
        using var client = host.WithKey(null);
        await Body.IsAsync(await client.GetAsync("/health"), HttpStatusCode.OK,
            """{"status":"ok","packages":{"orleans":"*","torchsharp":"*","tokenizers":"*"},"store":"files"}""");
    }

    [Fact]
    public async Task The_service_says_its_name_and_version_to_anyone_signed_in() =>
        await Body.IsAsync(await host.Admin.GetAsync("/api/v1"), HttpStatusCode.OK,
            """{"name":"Orleans.Dpo","version":"*","packages":{"orleans":"*","torchsharp":"*","tokenizers":"*"}}""");

    [Fact]
    public async Task A_key_says_who_it_acts_for()
    {
        var client = await host.AddAsync("me-annotator", "annotator");
        await Body.IsAsync(await client.GetAsync("/api/v1/me"), HttpStatusCode.OK, """{"id":"*","name":"me-annotator","roles":["annotator"],"via":"key"}""");
    }

    [Fact]
    public async Task Metrics_are_text_with_labels_and_buckets()
    {
        await host.Admin.GetAsync("/api/v1/me");
        var text = await host.Admin.GetStringAsync("/metrics");
        Assert.Contains("# TYPE dpo_http_request_seconds histogram", text, StringComparison.Ordinal);
        Assert.Contains("""dpo_http_request_seconds_bucket{method="GET",route="/api/v1/me",status="200",le="+Inf"}""", text, StringComparison.Ordinal);
        Assert.DoesNotContain("/api/v1/projects/demo", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_is_OpenAPI_3_1_with_a_name_and_a_summary_for_every_call()
    {
        var document = await Body.ReadAsync(await host.Admin.GetAsync("/openapi/v1.json"));
        Assert.StartsWith("3.1", (string)document["openapi"]!, StringComparison.Ordinal);
        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject().Select(o => (Path: path.Key, Call: o.Value!))).ToList();
        Assert.True(operations.Count >= 50, $"{operations.Count} calls");
        Assert.All(operations, o => Assert.False(string.IsNullOrEmpty((string?)o.Call["summary"]) || string.IsNullOrEmpty((string?)o.Call["operationId"]), o.Path));
        Assert.Equal(operations.Count, operations.Select(o => (string)o.Call["operationId"]!).Distinct().Count());
    }

    [Fact]
    public async Task A_call_that_does_not_exist_is_a_problem() =>
        await Body.IsProblemAsync(await host.Admin.GetAsync("/api/v1/nowhere"), HttpStatusCode.NotFound, "unknown-route");

    [Fact]
    public async Task A_method_that_does_not_exist_is_a_problem() =>
        await Body.IsProblemAsync(await host.Admin.DeleteAsync("/api/v1/projects"), HttpStatusCode.MethodNotAllowed, "method-not-allowed");

    [Fact]
    public async Task A_problem_explains_its_code()
    {
        await Body.IsAsync(await host.Admin.GetAsync("/problems/stale"), HttpStatusCode.OK, """{"code":"stale","status":412,"title":"It has changed since it was read"}""");
        await Body.IsProblemAsync(await host.Admin.GetAsync("/problems/nothing"), HttpStatusCode.NotFound, "unknown-route");
    }

    [Fact]
    public async Task Every_answer_carries_a_content_policy_without_inline_code()
    {
        foreach (var path in new[] { "/health", "/signin", "/api/v1/me", "/api/docs", "/nowhere" })
        {
            using var client = host.WithKey(null);
            var policy = Assert.Single((await client.GetAsync(path)).Headers.GetValues("Content-Security-Policy"));
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Contains("default-src 'none'", policy, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Events_begin_with_progress()
    {
        var project = await host.AddProjectAsync("sse", pairs: 1);
        using var response = await host.Admin.GetAsync($"{project}/events", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        Assert.Equal("event: progress", await reader.ReadLineAsync());
        var data = await reader.ReadLineAsync();
        Assert.StartsWith("data: ", data, StringComparison.Ordinal);
        Assert.NotNull(JsonNode.Parse(data![6..])!["waits_for"]);
    }
}
