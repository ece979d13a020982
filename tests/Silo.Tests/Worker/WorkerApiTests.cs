using System.Net;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Silo.Tests.Api;

namespace Orleans.Dpo.Silo.Tests.Worker;

/// <summary>The worker protocol against a host of its own: the queue is one for all projects.</summary>
public sealed class WorkerApiTests(SiloHost host) : IClassFixture<SiloHost>
{
    [Fact]
    public async Task A_claim_has_all_a_child_needs_and_its_results_become_the_generations()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "claims");
        Assert.Equal(HttpStatusCode.NoContent, (await jobs.Worker.PostAsync("/api/v1/worker/claims", Body.Json(new { worker = "w", kinds = Array.Empty<string>() }))).StatusCode);
        var name = await jobs.PlanAsync();
        var claim = await jobs.ClaimAsync();
        Assert.Equal(["claims", name, "generate"], new[] { "project", "job", "kind" }.Select(member => (string?)claim[member]));
        Assert.Equal((int)claim["epoch"]!, (int)claim["spec"]!["epoch"]!);
        Assert.Null(claim["resume"]);
        Assert.Equal("running", (string?)(await jobs.GenerationAsync(name))["state"]);
        foreach (var input in claim["inputs"]!.AsArray())
        {
            var bytes = await jobs.Worker.GetByteArrayAsync((string)input!["url"]!);
            Assert.Equal((string)input["sha256"]!, ContentHash.Hex(bytes));
        }

        await Body.IsAsync(await jobs.Worker.PostAsync($"{QueuedJobs.Address(claim)}/heartbeat", Body.Text("""{"metrics":[],"progress":0.5}""")), HttpStatusCode.OK, """{"order":"continue"}""");
        var responses = QueuedJobs.Responses(claim);
        Assert.Equal(HttpStatusCode.NoContent, (await jobs.UploadAsync(claim, "out/responses.jsonl", responses)).StatusCode);
        await Body.IsAsync(await jobs.EndAsync(claim, responses), HttpStatusCode.OK, """{"final":true}""");
        await Body.IsAsync(await jobs.EndAsync(claim, responses), HttpStatusCode.OK, """{"final":true}""");
        Assert.DoesNotContain((string?)(await jobs.GenerationAsync(name))["state"], new[] { "planned", "queued", "running" });
        await Body.IsProblemAsync(await jobs.UploadAsync(claim, "out/late.txt", [1]), QueuedJobs.Lost, "claim-lost");
    }

    [Fact]
    public async Task A_zombie_of_an_older_epoch_changes_nothing()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "zombies");
        var name = await jobs.PlanAsync();
        var zombie = await jobs.ClaimAsync("zombie");
        await jobs.UploadAsync(zombie, "out/responses.jsonl", QueuedJobs.Responses(zombie));
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var heir = await jobs.ClaimAsync("heir");
        Assert.True((int)heir["epoch"]! > (int)zombie["epoch"]!);
        await Body.IsProblemAsync(await jobs.Worker.PostAsync($"{QueuedJobs.Address(zombie)}/heartbeat", Body.Text("""{"metrics":[],"progress":1}""")), QueuedJobs.Lost, "claim-lost");
        await Body.IsProblemAsync(await jobs.UploadAsync(zombie, "out/more.jsonl", [1]), QueuedJobs.Lost, "claim-lost");
        await Body.IsProblemAsync(await jobs.EndAsync(zombie, QueuedJobs.Responses(zombie)), QueuedJobs.Lost, "claim-lost");
        await Body.IsProblemAsync(await jobs.Worker.GetAsync((string)zombie["inputs"]![0]!["url"]!), QueuedJobs.Lost, "claim-lost");
        Assert.Equal("running", (string?)(await jobs.GenerationAsync(name))["state"]);
        var responses = QueuedJobs.Responses(heir);
        await jobs.UploadAsync(heir, "out/responses.jsonl", responses);
        await Body.IsAsync(await jobs.EndAsync(heir, responses), HttpStatusCode.OK, """{"final":true}""");
        await Body.IsProblemAsync(await jobs.EndAsync(zombie, QueuedJobs.Responses(zombie)), QueuedJobs.Lost, "claim-lost");
        var marker = JsonNode.Parse((await jobs.Blobs.GetAsync($"projects/zombies/generations/{name}/published-generate.json", CancellationToken.None))!.Bytes.Span)!;
        Assert.Equal((int)heir["epoch"]!, (int)marker["epoch"]!);
    }

    [Fact]
    public async Task Files_need_their_hash_a_decent_path_and_never_change()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "hashes");
        await jobs.PlanAsync();
        var claim = await jobs.ClaimAsync();
        await Body.IsProblemAsync(await jobs.UploadAsync(claim, "out/a.txt", [1, 2], new string('0', 64)), HttpStatusCode.UnprocessableEntity, "bad-hash");
        Assert.Equal(HttpStatusCode.NoContent, (await jobs.UploadAsync(claim, "out/a.txt", [1, 2])).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await jobs.UploadAsync(claim, "out/a.txt", [1, 2])).StatusCode);
        await Body.IsProblemAsync(await jobs.UploadAsync(claim, "out/a.txt", [3]), HttpStatusCode.UnprocessableEntity, "bad-hash");
        await Body.IsProblemAsync(await jobs.UploadAsync(claim, "elsewhere/a.txt", [1]), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await jobs.UploadAsync(claim, "out/%2E%2E/a.txt", [1]), HttpStatusCode.BadRequest, "bad-request");
        using var bare = new HttpRequestMessage(HttpMethod.Put, $"{QueuedJobs.Address(claim)}/files/out/b.txt") { Content = new ByteArrayContent([1]) };
        await Body.IsProblemAsync(await jobs.Worker.SendAsync(bare), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await jobs.EndAsync(claim, [9, 9]), HttpStatusCode.UnprocessableEntity, "bad-hash");
        await Body.IsProblemAsync(await jobs.EndAsync(claim, [1, 2], epoch: 999), HttpStatusCode.BadRequest, "bad-request");
        await jobs.GiveUpAsync(claim, "failed");
    }

    [Fact]
    public async Task A_failure_ends_the_generation_with_the_childs_sentence()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "failures");
        var name = await jobs.PlanAsync();
        var claim = await jobs.ClaimAsync();
        await jobs.GiveUpAsync(claim, "failed", "The start policy has NaN in layer 3.");
        var generation = await jobs.GenerationAsync(name);
        Assert.Equal("failed", (string?)generation["state"]);
        Assert.Contains("The start policy has NaN in layer 3.", (string)generation["reason"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_retry_queues_the_job_again_until_its_attempts_are_used_up()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "retries");
        var name = await jobs.PlanAsync();
        var attempts = 0;
        for (var final = false; !final && attempts < 9; attempts++)
        {
            var claim = await jobs.ClaimAsync();
            Assert.Equal(name, (string?)claim["job"]);
            final = (bool)(await jobs.GiveUpAsync(claim, "retry", "Killed."))["final"]!;
            Assert.Equal(final ? "failed" : "running", (string?)(await jobs.GenerationAsync(name))["state"]);
        }

        Assert.Equal(5, attempts);
        Assert.Equal("failed", (string?)(await jobs.GenerationAsync(name))["state"]);
    }

    [Fact]
    public async Task A_cancelled_job_is_told_at_the_next_heartbeat()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "orders");
        var name = await jobs.PlanAsync();
        var claim = await jobs.ClaimAsync();
        await jobs.Queue.CancelAsync(jobs.Key(name), CancellationToken.None);
        await Body.IsAsync(await jobs.Worker.PostAsync($"{QueuedJobs.Address(claim)}/heartbeat", Body.Text("""{"metrics":[],"progress":0}""")), HttpStatusCode.OK, """{"order":"cancel"}""");
        Assert.True((bool)(await jobs.GiveUpAsync(claim, "cancelled"))["final"]!);
    }

    [Fact]
    public async Task A_malformed_claim_address_is_refused()
    {
        var jobs = await QueuedJobs.CreateAsync(host, "addresses");
        await Body.IsProblemAsync(
            await jobs.Worker.PostAsync("/api/v1/worker/claims/addresses/r1/dance/1/heartbeat", Body.Text("""{"metrics":[],"progress":0}""")), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(
            await jobs.Worker.PostAsync("/api/v1/worker/claims/addresses/r1/train/1/heartbeat", Body.Text("""{"metrics":[],"progress":0}""")), QueuedJobs.Lost, "claim-lost");
        await Body.IsProblemAsync(await jobs.Worker.PostAsync("/api/v1/worker/claims", Body.Json(new { worker = "", kinds = Array.Empty<string>() })), HttpStatusCode.BadRequest, "bad-request");
    }
}
