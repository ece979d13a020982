using System.Net;
using System.Net.Http.Headers;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class ProjectsApiTests(SiloHost host)
{
    private const string Project =
        """
        {"id":"ID","settings":{"title":"T","guideline":"","overlap":2,"test_share":0.2,
        "generation":{"automatic":true,"pairs":400,"samples":2,"temperature":1,"top_p":1,"max_new_tokens":256,"old_new_share":0,"low_water":20,"seed":1},
        "rounds":{"judgments_trigger":0,"cron":null,"reference":"pi0",
        "training":{"loss":"sigmoid","beta":0.1,"label_smoothing":0,"learning_rate":5e-7,"warmup_share":0.1,"final_learning_rate_share":0,"epochs":1,"batch_size":16,
        "gradient_clip":1,"adam_beta1":0.9,"adam_beta2":0.99,"weight_decay":0,"max_length":1024,"seed":1,"threads":0},
        "gate":{"profile":"strict","prompts":256,"overlap":1,"non_inferiority":0.05,"samples_per_prompt":2,"expire_hours":168,
        "guards":{"kl":3.5,"kl_growth":1.5,"length_ratio_min":0.75,"length_ratio_max":1.3,"finished":0.98,"distinct2_ratio":0.6,"odd_rate":0.05,"chosen_logp_fall":10,"pair_accuracy":0.4}}},
        "datasets":"*","lease_minutes":30,"assignment":"*","machine_votes":false,"aspects":[],"reasons":[]},"shards":3,"guideline":1,"created":"*","active_policy":null}
        """;

    [Fact]
    public async Task A_project_is_created_with_defaults_and_read_back()
    {
        var created = await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "whole", shards = 3, settings = new { title = "T", overlap = 2 } }));
        Assert.Equal("/api/v1/projects/whole", created.Headers.Location!.ToString());
        Assert.NotNull(created.Headers.ETag);
        await Body.IsAsync(created, HttpStatusCode.Created, Project.Replace("ID", "whole", StringComparison.Ordinal));
        var read = await host.Admin.GetAsync("/api/v1/projects/whole");
        Assert.Equal(created.Headers.ETag, read.Headers.ETag);
        await Body.IsAsync(read, HttpStatusCode.OK, Project.Replace("ID", "whole", StringComparison.Ordinal));
        var list = await Body.ReadAsync(await host.Admin.GetAsync("/api/v1/projects?limit=1000"));
        Assert.Contains(list["items"]!.AsArray(), item => (string?)item!["id"] == "whole");
    }

    [Theory]
    [InlineData("""{"id":"Big Name","settings":{}}""", "id")]
    [InlineData("""{"id":"a","settings":{},"shards":0}""", "shards")]
    [InlineData("""{"id":"a","settings":{"overlaps":3}}""", "settings.overlaps")]
    [InlineData("""{"id":"a","settings":{"overlap":"3"}}""", "settings.overlap")]
    [InlineData("""{"id":"a","settings":{"rounds":{"gate":{"profile":"lenient"}}}}""", "settings.rounds.gate.profile")]
    public async Task A_malformed_project_is_refused_with_the_field(string body, string field)
    {
        var problem = await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/projects", Body.Text(body)), HttpStatusCode.BadRequest, "bad-request");
        Assert.Equal(field, (string?)problem["field"]);
    }

    [Fact]
    public async Task A_setting_out_of_range_is_refused_and_not_adjusted() =>
        await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/projects", Body.Text("""{"id":"range","settings":{"overlap":101}}""")), HttpStatusCode.BadRequest, "bad-request");

    [Fact]
    public async Task The_same_slug_with_other_settings_is_refused()
    {
        await host.AddProjectAsync("taken", pairs: 0);
        await Body.IsProblemAsync(
            await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "taken", shards = 4, settings = new { title = "other" } })), HttpStatusCode.Conflict, "project-exists");
    }

    [Fact]
    public async Task Settings_change_only_under_the_ETag_that_was_read()
    {
        var path = await host.AddProjectAsync("etags", pairs: 0);
        var etag = (await host.Admin.GetAsync(path)).Headers.ETag!;
        await Body.IsProblemAsync(await host.Admin.PutAsync($"{path}/settings", Body.Json(new { title = "a" })), HttpStatusCode.PreconditionRequired, "if-match-required");
        var changed = await PutAsync($"{path}/settings", etag, new { title = "b", guideline = "Prefer short." });
        var view = await Body.ReadAsync(changed);
        Assert.Equal("b", (string?)view["settings"]!["title"]);
        Assert.Equal(2, (int)view["guideline"]!);
        Assert.NotEqual(etag, changed.Headers.ETag);
        await Body.IsProblemAsync(await PutAsync($"{path}/settings", etag, new { title = "c" }), HttpStatusCode.PreconditionFailed, "stale");
    }

    [Fact]
    public async Task An_unknown_project_is_refused_before_anything_else()
    {
        foreach (var path in new[] { "", "/progress", "/rounds", "/datasets", "/policies" })
        {
            await Body.IsProblemAsync(await host.Admin.GetAsync($"/api/v1/projects/no-such{path}"), HttpStatusCode.NotFound, "unknown-project");
        }
    }

    [Fact]
    public async Task Progress_is_whole()
    {
        var path = await host.AddProjectAsync("progress", pairs: 0);
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/progress"), HttpStatusCode.OK,
            """{"pairs":0,"counted_votes":0,"new_votes":0,"open_vote_slots":0,"judgments_trigger":0,"in_review":0,"round":null,"generation":null,"waits_for":"*"}""");
    }

    [Fact]
    public async Task The_same_idempotency_key_gives_the_first_answer_and_refuses_another_body()
    {
        var path = await host.AddProjectAsync("once", pairs: 0);
        var first = await PostAsync($"{path}/policies", "key-1", "{}");
        var again = await PostAsync($"{path}/policies", "key-1", "{}");
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.Created, again.StatusCode);
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        await Body.IsProblemAsync(await PostAsync($"{path}/policies", "key-1", """{"parent":null}"""), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
        var other = await Body.ReadAsync(await PostAsync($"{path}/policies", "key-2", "{}"));
        Assert.Equal("p2", (string?)other["id"]);
    }

    [Fact]
    public async Task The_same_idempotency_key_with_another_query_is_refused()
    {
        var path = await host.AddProjectAsync("once-query", pairs: 0);
        const string row = "[{\"prompt\":\"known by its query\"}]";
        var first = await PostAsync($"{path}/prompts?all_or_nothing=true", "key-1", row);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        var again = await PostAsync($"{path}/prompts?all_or_nothing=true", "key-1", row);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues("Idempotency-Replayed")));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await again.Content.ReadAsStringAsync());
        foreach (var query in new[] { "", "?all_or_nothing=false", "?all_or_nothing=true&more=1" })
        {
            var problem = await Body.IsProblemAsync(await PostAsync($"{path}/prompts{query}", "key-1", row), HttpStatusCode.UnprocessableEntity, "idempotency-key-reused");
            Assert.Contains("another query", (string?)problem["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Twenty_requests_with_one_key_at_once_create_one_thing()
    {
        var path = await host.AddProjectAsync("race", pairs: 0);
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async _ => await (await PostAsync($"{path}/policies", "same", "{}")).Content.ReadAsStringAsync()));
        Assert.Equal("""{"id":"p1"}""", Assert.Single(answers.Distinct()));
    }

    private Task<HttpResponseMessage> PostAsync(string path, string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = Body.Text(body) };
        request.Headers.Add("Idempotency-Key", key);
        return host.Admin.SendAsync(request);
    }

    private Task<HttpResponseMessage> PutAsync(string path, EntityTagHeaderValue etag, object body)
    {
        var request = new HttpRequestMessage(HttpMethod.Put, path) { Content = Body.Json(body) };
        request.Headers.IfMatch.Add(etag);
        return host.Admin.SendAsync(request);
    }
}
