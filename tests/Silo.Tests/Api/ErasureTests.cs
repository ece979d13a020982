using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Erasure;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ErasureTests(SiloHost host)
{
    private const string Name = "Brynhildr Vinterhjerte";
    private const string Note = "Smells of a most peculiar secret marmalade.";

    [Fact]
    public async Task An_erased_person_is_nowhere_on_disk_and_the_chain_verifies_as_before()
    {
        var (path, person, client, lease) = await PersonAsync("erase", Name);
        Assert.Equal("stored", (string?)(await JudgeAsync(client, path, lease))[0]!["status"]);
        var before = await VerifiedAsync("erase");
        var answer = await host.Admin.DeleteAsync($"/api/v1/people/{person}");
        await Body.IsAsync(answer, HttpStatusCode.OK,
            $$"""{"format":1,"person":"{{person}}","by":"*","requested":"*","completed":"*","deleted":{"record":true,"key":true,"texts":1,"api_keys":1},"ledgers":"*"}""");
        var certificate = await Body.ReadAsync(answer);
        var after = await VerifiedAsync("erase");
        Assert.Equal(before["0"], after["0"]);
        Assert.Equal(before["1"], after["1"]);
        var said = certificate["ledgers"]!.AsArray().Single(ledger => (string?)ledger!["project"] == "erase")!;
        Assert.True((long)said["seq"]! > before["_project"].Seq);
        Assert.Equal(after["_project"].Hash, (string?)said["hash"]);

        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Admin.GetAsync("/api/v1/people")).StatusCode);
        Assert.DoesNotContain(person, await host.Admin.GetStringAsync("/api/v1/people?limit=1000"), StringComparison.Ordinal);
        var files = Files();
        foreach (var secret in new[] { Name, "Vinterhjerte", Note })
        {
            Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)) >= 0);
        }

        Assert.DoesNotContain(files, file => file.Contains($"people/{person}", StringComparison.Ordinal) || file.Contains($"people-text/{person}", StringComparison.Ordinal));

        var again = await host.Admin.DeleteAsync($"/api/v1/people/{person}");
        Assert.Equal(certificate.ToJsonString(), (await Body.ReadAsync(again)).ToJsonString());
        Assert.Equal(after["_project"], (await VerifiedAsync("erase"))["_project"]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task An_erasure_that_was_cut_short_after_any_step_is_gone_on_with(int done)
    {
        var (path, person, client, lease) = await PersonAsync($"erase-{done}", $"{Name} {done}");
        await JudgeAsync(client, path, lease);
        var erasure = host.App.Services.GetRequiredService<PersonErasure>();
        var id = new AnnotatorId(person);
        await erasure.BeginAsync(id, "key_before_the_crash", default);
        foreach (var step in erasure.Steps(id).Take(done))
        {
            await step(default);
        }

        if (done % 2 == 0)
        {
            await erasure.ResumeAsync(default);
        }

        var certificate = await Body.ReadAsync(await host.Admin.DeleteAsync($"/api/v1/people/{person}"));
        Assert.Equal("key_before_the_crash", (string?)certificate["by"]);
        Assert.NotNull(certificate["completed"]);
        Assert.Equal("""{"record":true,"key":true,"texts":1,"api_keys":1}""", certificate["deleted"]!.ToJsonString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/v1/me")).StatusCode);
        Assert.DoesNotContain(Directory.EnumerateFiles(host.Data, "*", SearchOption.AllDirectories), file => file.Contains($"people-text/{person}", StringComparison.Ordinal) || file.Contains($"people/{person}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Notes_on_orders_skips_and_reports_of_rankings_are_encrypted_and_erased_and_reasons_stay()
    {
        var (path, person, client, _) = await PersonAsync("erase-ranks", $"{Name} ranks");
        var rows = Enumerable.Range(0, 3).Select(i => new { prompt = $"rank {i}", responses = new[] { $"one {i}", $"two {i}", $"three {i}" } });
        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/rankings", Body.Json(rows)));
        var leases = (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 3, kind = "ranking" }))))["items"]!.AsArray();
        JsonObject[] said =
        [
            new() { ["ranking"] = new JsonArray(new JsonArray(1), new JsonArray(0, 2)), ["reasons"] = new JsonArray("clearer") },
            new() { ["choice"] = "skip", ["reasons"] = new JsonArray("too-long", "not-my-subject") },
            new() { ["choice"] = "report", ["reasons"] = new JsonArray("harmful") },
        ];
        foreach (var (judgment, lease) in said.Zip(leases))
        {
            (judgment["id"], judgment["pair"], judgment["lease"], judgment["note"]) = (Ulid.New(DateTimeOffset.UtcNow), (string)lease!["pair"]!, (string)lease["lease"]!, Note);
        }

        var answers = (await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(said)))).AsArray();
        Assert.All(answers, answer => Assert.Equal("stored", (string?)answer!["status"]));
        var texts = Files().Where(file => file.Contains($"people-text/{person}", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, texts.Count);
        Assert.DoesNotContain(Files(), file => File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Note)) >= 0);

        var before = await VerifiedAsync("erase-ranks");
        var certificate = await Body.ReadAsync(await host.Admin.DeleteAsync($"/api/v1/people/{person}"));
        Assert.Equal(3, (int)certificate["deleted"]!["texts"]!);
        Assert.DoesNotContain(Files(), file => file.Contains($"people/{person}", StringComparison.Ordinal) || file.Contains($"people-text/{person}", StringComparison.Ordinal));
        var after = await VerifiedAsync("erase-ranks");
        Assert.Equal((before["0"], before["1"]), (after["0"], after["1"]));

        await Body.ReadAsync(await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}")));
        await host.VersionAsync(path, "v1");
        var table = await host.Admin.GetStringAsync($"{path}/datasets/v1/tables/orders");
        var orders = table.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(
            ["ranked clearer", "skip harmful reported", "skip too-long,not-my-subject"],
            orders.Select(row => $"{row["choice"]} {string.Join(',', row["reasons"]!.AsArray())}{((bool)row["reported"]! ? " reported" : "")}").Order(StringComparer.Ordinal));
        Assert.DoesNotContain("note", table, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_erased_who_never_was()
    {
        await Body.IsProblemAsync(await host.Admin.DeleteAsync($"/api/v1/people/an_{new string('0', 32)}"), HttpStatusCode.NotFound, "unknown-person");
        await Body.IsProblemAsync(await host.Admin.DeleteAsync("/api/v1/people/me"), HttpStatusCode.NotFound, "unknown-person");
    }

    private List<string> Files() => [.. Directory.EnumerateFiles(host.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("host.lock", StringComparison.Ordinal) && !file.Contains("/.store/", StringComparison.Ordinal))];

    private async Task<(string Path, string Person, HttpClient Client, JsonNode Lease)> PersonAsync(string project, string name)
    {
        var path = await host.AddProjectAsync(project, pairs: 1);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/people") { Content = Body.Json(new { name, roles = new[] { "annotator" } }), Headers = { { "Idempotency-Key", $"add {project}" } } };
        var person = (string)(await Body.ReadAsync(await host.Admin.SendAsync(request)))["id"]!;
        var key = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name, roles = new[] { "annotator" }, person })));
        var client = host.WithKey((string)key["key"]!);
        var leases = await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 1 })));
        return (path, person, client, leases["items"]![0]!);
    }

    private static async Task<JsonNode> JudgeAsync(HttpClient client, string path, JsonNode lease)
    {
        var body = JsonNode.Parse(await Body.Json(Judgments.Of(lease, "left")).ReadAsStringAsync())!;
        body["note"] = Note;
        return await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Text($"[{body.ToJsonString()}]")));
    }

    private async Task<Dictionary<string, LedgerPosition>> VerifiedAsync(string project)
    {
        var positions = new Dictionary<string, LedgerPosition>();
        foreach (var shard in new[] { "0", "1", "_project" })
        {
            positions[shard] = await LedgerReader.VerifyAsync(host.App.Services.GetRequiredService<IBlobStore>(), project, shard, default);
        }

        return positions;
    }
}
