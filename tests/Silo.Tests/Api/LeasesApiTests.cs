using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class LeasesApiTests(SiloHost host)
{
    [Fact]
    public async Task A_lease_holds_texts_and_nothing_that_tells_who_wrote_them()
    {
        var path = await host.AddProjectAsync("blind", pairs: 6);
        var ada = await host.AddAsync("blind-ada", "annotator");
        var response = await ada.PostAsync($"{path}/leases", Body.Json(new { count = 4 }));
        var text = await response.Content.ReadAsStringAsync();
        await Body.IsAsync(response, HttpStatusCode.OK,
            """
            {"items":[ITEM,ITEM,ITEM,ITEM],"left":2}
            """.Replace("ITEM", """{"lease":"*","pair":"*","prompt":{"text":"*"},"left":"*","right":"*","guideline":1,"expires":"*"}""", StringComparison.Ordinal));
        var headers = string.Join('\n', response.Headers.Concat(response.Content.Headers).SelectMany(h => h.Value.Prepend(h.Key)));

        // The names of lease and pair are random letters, in which any two or three may stand; BlindKeyTests hold that they tell nothing.
        var said = Regex.Replace(text, "\"(lease|pair)\":\"[^\"]*\"", "");
        foreach (var telling in new[] { "alpha", "beta", "re_", "source", "origin", "i1", "strategy", "policy\":", "purpose", "order", "overlap" })
        {
            Assert.DoesNotContain(telling, said, StringComparison.Ordinal);
            Assert.DoesNotContain($"{telling}-", headers, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Both_orders_are_shown()
    {
        var path = await host.AddProjectAsync("orders", pairs: 40);
        var client = await host.AddAsync("orders-ada", "annotator");
        var left = new List<string>();
        for (var i = 0; i < 10; i++)
        {
            var answer = await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 4 })));
            left.AddRange(answer["items"]!.AsArray().Select(item => (string)item!["left"]!));
        }

        Assert.Equal(40, left.Distinct().Count());
        Assert.InRange(left.Count(text => text.Contains("first", StringComparison.Ordinal)), 5, 35);
    }

    [Fact]
    public async Task An_empty_answer_says_why()
    {
        var path = await host.AddProjectAsync("why", pairs: 2);
        var empty = await host.AddProjectAsync("why-empty", pairs: 0);
        var (ada, bo) = (await host.AddAsync("why-ada", "annotator"), await host.AddAsync("why-bo", "annotator"));
        await Body.IsAsync(await ada.PostAsync($"{empty}/leases", Body.Json(new { count = 1 })), HttpStatusCode.OK, """{"items":[],"left":0,"reason":"no-pairs","detail":"*","retry_after_seconds":5}""");
        var mine = await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 4 })));
        Assert.Equal(2, mine["items"]!.AsArray().Count);
        await Body.IsAsync(await bo.PostAsync($"{path}/leases", Body.Json(new { count = 1 })), HttpStatusCode.OK, """{"items":[],"left":0,"reason":"all-held","detail":"*","retry_after_seconds":60,"next_at":"*"}""");
        await Body.IsAsync(await ada.DeleteAsync($"{path}/leases"), HttpStatusCode.OK, """{"released":2}""");
        var theirs = await Body.ReadAsync(await bo.PostAsync($"{path}/leases", Body.Json(new { count = 4 })));
        Assert.Equal(2, theirs["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task One_who_has_judged_all_there_is_hears_so()
    {
        var path = await host.AddProjectAsync("judged", pairs: 1, overlap: 2);
        var ada = await host.AddAsync("judged-ada", "annotator");
        var lease = (await Body.ReadAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 1 }))))["items"]![0]!;
        await ada.PostAsync($"{path}/judgments", Body.Json(new[] { Judgments.Of(lease, "left") }));
        await Body.IsAsync(await ada.PostAsync($"{path}/leases", Body.Json(new { count = 1 })), HttpStatusCode.OK, """{"items":[],"left":0,"reason":"all-judged","detail":"*","retry_after_seconds":15}""");
    }

    [Theory]
    [InlineData("""{"count":0}""")]
    [InlineData("""{"count":5}""")]
    [InlineData("""{"count":"2"}""")]
    [InlineData("""{"number":2}""")]
    public async Task A_malformed_wish_is_refused(string body)
    {
        await host.Admin.PostAsync("/api/v1/projects", Body.Json(new { id = "wish", settings = new { } }));
        await Body.IsProblemAsync(await host.Admin.PostAsync("/api/v1/projects/wish/leases", Body.Text(body)), HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task A_key_that_acts_for_nobody_can_neither_lease_nor_judge()
    {
        var path = await host.AddProjectAsync("nobody", pairs: 1);
        var key = await Body.ReadAsync(await host.Admin.PostAsync("/api/v1/keys", Body.Json(new { name = "nobody", roles = new[] { "annotator" } })));
        using var client = host.WithKey((string)key["key"]!);
        await Body.IsProblemAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = 1 })), HttpStatusCode.Forbidden, "missing-role");
        await Body.IsProblemAsync(await client.PostAsync($"{path}/judgments", Body.Text("[]")), HttpStatusCode.Forbidden, "missing-role");
    }
}

/// <summary>Judgments as a client writes them.</summary>
internal static class Judgments
{
    public static string NewId() => Ulid.New(DateTimeOffset.UtcNow);

    public static object Of(JsonNode lease, string choice, string? id = null, int? strength = 2) => new
    {
        id = id ?? NewId(), pair = (string)lease["pair"]!, lease = (string)lease["lease"]!, choice, strength = choice is "left" or "right" ? strength : null, active_ms = 1200, input = "key", guideline = 1,
    };
}
