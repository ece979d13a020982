using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Worker;

/// <summary>Generation jobs of a project in a running host: the real plan, so that what is published can be looked at.</summary>
internal sealed class QueuedJobs(SiloHost host, string project)
{
    public string Path => $"/api/v1/projects/{project}";

    public HttpClient Worker { get; private set; } = null!;

    public IJobQueueGrain Queue => host.App.Services.GetRequiredService<IGrainFactory>().GetGrain<IJobQueueGrain>("_");

    public IBlobStore Blobs => host.App.Services.GetRequiredService<IBlobStore>();

    /// <summary>A project with prompts and a policy; its generations are planned by hand.</summary>
    public static async Task<QueuedJobs> CreateAsync(SiloHost host, string project)
    {
        var jobs = new QueuedJobs(host, project) { Worker = await host.AddAsync($"{project}-worker", "worker") };
        (await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = project, shards = 1, settings = new { test_share = 0.0, generation = new { automatic = false } } }))).EnsureSuccessStatusCode();
        (await host.Admin.PostAsync($"{jobs.Path}/prompts", Body.Json(Enumerable.Range(0, 4).Select(i => new { prompt = $"{project} {i}" })))).EnsureSuccessStatusCode();
        await host.Admin.PostAsync($"{jobs.Path}/policies", Body.Text("{}"));
        foreach (var (name, content) in TinyPolicy.Files())
        {
            await host.Admin.PutAsync($"{jobs.Path}/policies/p1/files/{name}", new ByteArrayContent(content));
        }

        (await host.Admin.PostAsync($"{jobs.Path}/policies/p1/publish", Body.Text("{}"))).EnsureSuccessStatusCode();
        return jobs;
    }

    /// <summary>Plans a generation and waits until the loop has queued its job.</summary>
    public async Task<string> PlanAsync()
    {
        var planned = await Body.ReadAsync(await host.Admin.PostAsync($"{Path}/generations", Body.Json(new { pairs = 2 })));
        var name = (string)planned["id"]!;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (await Queue.FindAsync(Key(name), patience.Token) is null)
        {
            await Task.Delay(10, patience.Token);
        }

        return name;
    }

    public JobKey Key(string name) => new(new ProjectId(project), name, "generate");

    public async Task<JsonNode> ClaimAsync(string worker = "w") =>
        await Body.ReadAsync(await Worker.PostAsync("/api/v1/worker/claims", Body.Json(new { worker, kinds = new[] { "generate" } })));

    public static string Address(JsonNode claim) => $"/api/v1/worker/claims/{claim["project"]}/{claim["job"]}/{claim["kind"]}/{claim["epoch"]}";

    public Task<HttpResponseMessage> UploadAsync(JsonNode claim, string path, byte[] content, string? sha256 = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, $"{Address(claim)}/files/{path}") { Content = new ByteArrayContent(content) };
        request.Headers.Add("X-Sha256", sha256 ?? ContentHash.Hex(content));
        return Worker.SendAsync(request);
    }

    /// <summary>What a child would write for the claim's prompts.</summary>
    public static byte[] Responses(JsonNode claim) => [.. ImmutableArray.Create(0, 1).SelectMany(sample =>
        JsonSerializer.SerializeToUtf8Bytes(
            new JobResponse
            {
                PromptId = "pr_00000000000000000000000000000000", Policy = "p1", Sample = sample, Text = $"{claim["job"]} {sample}", Finished = true, Tokens = 3, LogProb = -2, Seed = sample,
            }, JobJson.Line).Append((byte)'\n'))];

    public Task<HttpResponseMessage> EndAsync(JsonNode claim, byte[] responses, int? epoch = null) => Worker.PostAsync($"{Address(claim)}/end", Body.Json(new
    {
        outcome = "done",
        result = new { format = 1, epoch = epoch ?? (int)claim["epoch"]!, seconds = 1.0, threads = 1, generate = new { responses = 2, tokens = 6 } },
        files = new[] { new { path = "out/responses.jsonl", bytes = responses.Length, sha256 = ContentHash.Hex(responses) } },
    }));

    /// <summary>Ends a claim and its generation, so that the loop does not queue it again for the next test.</summary>
    public async Task<JsonNode> GiveUpAsync(JsonNode claim, string outcome = "failed", string detail = "For a reason.")
    {
        var body = new { outcome, result = new { format = 1, epoch = (int)claim["epoch"]!, failure = new { code = "error", detail } }, files = Array.Empty<object>() };
        return await Body.ReadAsync(await Worker.PostAsync($"{Address(claim)}/end", Body.Json(body)));
    }

    public async Task<JsonNode> GenerationAsync(string name) => await Body.ReadAsync(await host.Admin.GetAsync($"{Path}/generations/{name}"));

    public static HttpStatusCode Lost => HttpStatusCode.Conflict;
}
