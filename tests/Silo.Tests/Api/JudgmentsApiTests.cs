using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class JudgmentsApiTests(SiloHost host)
{
    [Fact]
    public async Task A_judgment_is_stored_once_and_its_id_cannot_carry_another_verdict()
    {
        var (path, client, lease) = await LeaseAsync("stored");
        var id = Judgments.NewId();
        var stored = $$"""[{"id":"{{id}}","status":"stored","counted":true}]""";
        await Body.IsAsync(await PostAsync(client, path, Judgments.Of(lease, "left", id)), HttpStatusCode.OK, stored);
        await Body.IsAsync(await PostAsync(client, path, Judgments.Of(lease, "left", id)), HttpStatusCode.OK, stored);
        await Body.IsAsync(await PostAsync(client, path, Judgments.Of(lease, "right", id)), HttpStatusCode.OK,
            $$"""[{"id":"{{id}}","status":"refused","counted":false,"code":"judgment-id-reused","detail":"*"}]""");
    }

    [Fact]
    public async Task What_was_shown_left_counts_for_its_writer_whatever_the_order()
    {
        var path = await host.AddProjectAsync("sides", pairs: 8);
        var client = await host.AddAsync("sides-ada", "annotator");
        for (var i = 0; i < 2; i++)
        {
            var leases = (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 4 }))))["items"]!.AsArray();
            foreach (var lease in leases)
            {
                var first = ((string)lease!["left"]!).Contains("first", StringComparison.Ordinal);
                await PostAsync(client, path, Judgments.Of(lease, first ? "left" : "right"));
                var pair = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs/{await host.PairAsync(client, path, lease)}"));
                var choice = (string)pair["judgments"]![0]!["choice"]!;
                Assert.Contains("first", (string)pair[choice]!["text"]!, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_judgment_after_its_lease_lapsed_is_kept()
    {
        var (path, client, lease) = await LeaseAsync("lapsed");
        host.Clock.Advance(TimeSpan.FromMinutes(45));
        var results = await Body.ReadAsync(await PostAsync(client, path, Judgments.Of(lease, "tie")));
        Assert.Equal("stored", (string?)results[0]!["status"]);
        Assert.True((bool)results[0]!["counted"]!);
    }

    [Fact]
    public async Task A_judgment_whose_slot_was_filled_meanwhile_is_kept_as_surplus()
    {
        var (path, ada, lease) = await LeaseAsync("surplus");
        host.Clock.Advance(TimeSpan.FromMinutes(45));
        var bo = await host.AddAsync("surplus-bo", "annotator");
        var theirs = (await Body.ReadAsync(await bo.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["items"]![0]!;
        await PostAsync(bo, path, Judgments.Of(theirs, "left"));
        var id = Judgments.NewId();
        await Body.IsAsync(await PostAsync(ada, path, Judgments.Of(lease, "right", id)), HttpStatusCode.OK, $$"""[{"id":"{{id}}","status":"stored","counted":false}]""");
    }

    [Fact]
    public async Task Judgments_are_applied_in_order_so_an_undo_can_follow_in_the_same_array()
    {
        var (path, client, lease) = await LeaseAsync("undo");
        var (first, undo, last) = (Judgments.NewId(), Judgments.NewId(), Judgments.NewId());
        var pair = (string)lease["pair"]!;
        var held = (string)lease["lease"]!;
        var answer = await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(new object[]
        {
            Judgments.Of(lease, "left", first),
            new { id = undo, pair, lease = held, choice = "undo", supersedes = first, input = "key" },
            Judgments.Of(lease, "right", last, 3),
        })));
        Assert.All(answer.AsArray(), result => Assert.Equal("stored", (string?)result!["status"]));
        var live = (await Body.ReadAsync(await host.Admin.GetAsync($"{path}/pairs/{await host.PairAsync(client, path, lease)}")))["judgments"]!.AsArray();
        Assert.Equal(last, (string?)Assert.Single(live)!["id"]);
        Assert.Equal(3, (int)live[0]!["strength"]!);
    }

    [Fact]
    public async Task Refusals_are_told_one_by_one_and_do_not_stop_the_others()
    {
        var (path, client, lease) = await LeaseAsync("mixed");
        var other = await host.AddProjectAsync("mixed-other", pairs: 1);
        var foreign = (await Body.ReadAsync(await client.PostAsync($"{other}/leases", Body.Json(new { count = 1 }))))["items"]![0]!;
        var unknown = JsonNode.Parse($$"""{"pair":"pa_{{new string('0', 32)}}","lease":"{{lease["lease"]}}"}""")!;
        var answer = await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(new[]
        {
            Judgments.Of(foreign, "left"), Judgments.Of(unknown, "left"), Judgments.Of(lease, "left", strength: 7), Judgments.Of(lease, "left"),
        })));
        Assert.Equal(["unknown-lease", "unknown-lease", "bad-verdict", null], answer.AsArray().Select(result => (string?)result!["code"]));
        Assert.Equal(["refused", "refused", "refused", "stored"], answer.AsArray().Select(result => (string?)result!["status"]));
    }

    [Fact]
    public async Task A_pair_that_was_leased_to_another_is_not_mine_to_judge()
    {
        var (path, _, lease) = await LeaseAsync("theirs");
        var bo = await host.AddAsync("theirs-bo", "annotator");
        var answer = await Body.ReadAsync(await PostAsync(bo, path, Judgments.Of(lease, "left")));
        Assert.Equal("refused", (string?)answer[0]!["status"]);
        Assert.Equal("unknown-lease", (string?)answer[0]!["code"]);
    }

    [Fact]
    public async Task True_ids_are_taken_from_those_who_may_see_them_and_from_nobody_else()
    {
        var (path, client, lease) = await LeaseAsync("true-ids");
        var blind = await host.BlindAsync(path);
        var ada = await SiloHost.IdAsync(client);
        var (leaseId, pair) = blind.Open(ada, (string)lease["lease"]!, (string)lease["pair"]!)!.Value;
        var known = JsonNode.Parse($$"""{"pair":"{{pair}}","lease":"{{leaseId}}"}""")!;
        var answer = await Body.ReadAsync(await PostAsync(client, path, Judgments.Of(known, "left")));
        Assert.Equal("unknown-lease", (string?)answer[0]!["code"]);
        Assert.DoesNotContain("pa_", answer.ToJsonString(), StringComparison.Ordinal);
        var tool = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name = "tool", roles = new[] { "annotator", "operator" }, person = ada.Value })));
        using var operators = host.WithKey((string)tool["key"]!);
        answer = await Body.ReadAsync(await PostAsync(operators, path, Judgments.Of(known, "left")));
        Assert.Equal("stored", (string?)answer[0]!["status"]);
    }

    [Theory]
    [InlineData("""[{"id":"short"}]""", 1, "id")]
    [InlineData("""[{"choice":"left"}]""", 1, null)]
    [InlineData("""[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pair":"pa_00000000000000000000000000000000","lease":"le_01ARZ3NDEKTSV4RRFFQ69G5FAV","choice":"middle"}]""", 1, "choice")]
    [InlineData("""[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pair":"pa_00000000000000000000000000000000","lease":"le_01ARZ3NDEKTSV4RRFFQ69G5FAV","choice":"left","order":"ab"}]""", 1, "order")]
    [InlineData("""[{"id":"01ARZ3NDEKTSV4RRFFQ69G5FAV","pair":"pa_00000000000000000000000000000000","lease":"le_01ARZ3NDEKTSV4RRFFQ69G5FAV","choice":"left","input":"mind"}]""", 1, "input")]
    public async Task A_malformed_judgment_refuses_the_whole_body_with_its_place(string body, int line, string? field)
    {
        await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "malformed-judgments", settings = new { } }));
        var problem = await Body.IsProblemAsync(
            await host.Admin.PostAsync("/api/v1/projects/malformed-judgments/judgments", Body.Text(body)), HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(line, (int?)problem["line"]);
        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task More_than_a_hundred_judgments_are_refused()
    {
        var (path, client, lease) = await LeaseAsync("many");
        await Body.IsProblemAsync(
            await client.PostAsync($"{path}/judgments", Body.Json(Enumerable.Range(0, 101).Select(_ => Judgments.Of(lease, "left")))), HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task A_note_is_nowhere_on_disk_in_plain_text()
    {
        var (path, client, lease) = await LeaseAsync("notes");
        const string note = "Smells of a very particular secret herring.";
        var body = JsonNode.Parse(await Body.Json(Judgments.Of(lease, "left")).ReadAsStringAsync())!;
        body["note"] = note;
        await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Text($"[{body.ToJsonString()}]")));
        var bytes = Encoding.UTF8.GetBytes("particular secret herring");
        var files = Directory.EnumerateFiles(host.Data, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith("host.lock", StringComparison.Ordinal) && !file.Contains("/.store/", StringComparison.Ordinal)).ToList();
        Assert.Contains(files, file => file.Contains("people-text", StringComparison.Ordinal) && file.EndsWith($"{(string)body["id"]!}.bin", StringComparison.Ordinal));
        Assert.DoesNotContain(files, file => File.ReadAllBytes(file).AsSpan().IndexOf(bytes) >= 0);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, object judgment) =>
        client.PostAsync($"{path}/judgments", Body.Json(new[] { judgment }));

    private async Task<(string Path, HttpClient Client, JsonNode Lease)> LeaseAsync(string name)
    {
        var path = await host.AddProjectAsync(name, pairs: 1);
        var client = await host.AddAsync($"{name}-ada", "annotator");
        var answer = await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 1 })));
        return (path, client, answer["items"]![0]!);
    }
}
