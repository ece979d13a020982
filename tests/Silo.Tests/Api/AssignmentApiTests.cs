using System.Net;
using System.Text.Json.Nodes;
using Orleans.Dpo.Silo.Tests.Agreement;

namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Where a pair goes that one person did not judge.</summary>
[Collection(SiloCollection.Name)]
public sealed class AssignmentApiTests(SiloHost host)
{
    [Fact]
    public async Task A_skipped_pair_goes_to_somebody_else_and_never_back()
    {
        var crowd = new JudgingCrowd(host, "skips");
        await crowd.StartAsync(pairs: 1, overlap: 1, new { });
        var (ada, bo) = (await crowd.PersonAsync("ada"), await crowd.PersonAsync("bo"));
        var mine = Assert.Single(await crowd.LeaseAsync(ada))!;
        Assert.Empty(await crowd.LeaseAsync(bo));
        await crowd.SayAsync(ada, Judgments.Of(mine, "skip"));
        Assert.Empty(await crowd.LeaseAsync(ada));
        var theirs = Assert.Single(await crowd.LeaseAsync(bo))!;
        Assert.Equal(JudgingCrowd.Key(mine), JudgingCrowd.Key(theirs));
        await crowd.SayAsync(bo, Judgments.Of(theirs, "left"));
        Assert.Equal(1, (int)(await crowd.ReadAsync("quality"))["complete"]!);
    }

    [Fact]
    public async Task A_reported_pair_waits_for_an_operator_and_then_goes_to_somebody_else()
    {
        var crowd = new JudgingCrowd(host, "reports");
        await crowd.StartAsync(pairs: 1, overlap: 1, new { });
        var (ada, bo) = (await crowd.PersonAsync("ada"), await crowd.PersonAsync("bo"));
        var mine = Assert.Single(await crowd.LeaseAsync(ada))!;
        var id = Judgments.NewId();
        await crowd.SayAsync(ada, Judgments.Of(mine, "report", id));
        host.Clock.Advance(TimeSpan.FromSeconds(2));   // counts of shards are kept for a second
        Assert.Equal("in-review", (string?)(await Body.ReadAsync(await bo.PostAsync($"{crowd.Path}/leases", Body.Json(new { count = 1 }))))["reason"]);
        var reported = Assert.Single((await crowd.ReadAsync("pairs?reported=true"))["items"]!.AsArray())!;
        Assert.Equal("review", (string?)reported["status"]);
        await Body.ReadAsync(await host.Admin.PostAsync($"{crowd.Path}/retractions", Body.Json(new { judgment = id, pair = (string)reported["id"]!, reason = "It can be judged." })));
        var theirs = Assert.Single(await crowd.LeaseAsync(bo))!;
        Assert.Equal(JudgingCrowd.Key(mine), JudgingCrowd.Key(theirs));
    }

    [Fact]
    public async Task Signing_out_gives_back_what_is_held_in_every_project()
    {
        var (one, other) = (new JudgingCrowd(host, "leaves-one"), new JudgingCrowd(host, "leaves-other"));
        foreach (var crowd in new[] { one, other })
        {
            await crowd.StartAsync(pairs: 4, overlap: 1, new { });
        }

        var (ada, bo) = (await one.PersonAsync("ada"), await one.PersonAsync("bo"));
        Assert.Equal((4, 4), ((await one.LeaseAsync(ada)).Count, (await other.LeaseAsync(ada)).Count));
        Assert.Equal((0, 0), ((await one.LeaseAsync(bo)).Count, (await other.LeaseAsync(bo)).Count));
        Assert.Equal(HttpStatusCode.Redirect, (await ada.PostAsync("/signout", null)).StatusCode);
        Assert.Equal((4, 4), ((await one.LeaseAsync(bo)).Count, (await other.LeaseAsync(bo)).Count));
    }

    [Fact]
    public async Task An_edit_replaces_and_undo_goes_back_as_far_as_one_likes()
    {
        var crowd = new JudgingCrowd(host, "edits");
        await crowd.StartAsync(pairs: 6, overlap: 1, new { });
        var ada = await crowd.PersonAsync("ada");
        var said = new List<(JsonNode Lease, string Id)>();
        foreach (var lease in (await crowd.LeaseAsync(ada)).Concat(await crowd.LeaseAsync(ada, 2)))
        {
            said.Add((lease!, Judgments.NewId()));
            await crowd.SayAsync(ada, Judgments.Of(lease!, "left", said[^1].Id));
        }

        for (var i = 0; i < 3; i++)
        {
            var edit = Judgments.NewId();
            await crowd.SayAsync(ada, new { id = edit, pair = (string)said[0].Lease["pair"]!, lease = (string)said[0].Lease["lease"]!, choice = i % 2 == 0 ? "right" : "left", strength = 1, supersedes = said[0].Id, input = "api" });
            said[0] = (said[0].Lease, edit);
        }

        var quality = await crowd.ReadAsync("quality");
        Assert.Equal((6, 3), ((int)quality["votes"]!, (int)quality["withdrawn"]!));
        foreach (var (lease, id) in Enumerable.Reverse(said))
        {
            await crowd.SayAsync(ada, new { id = Judgments.NewId(), pair = (string)lease["pair"]!, lease = (string)lease["lease"]!, choice = "undo", supersedes = id, input = "api" });
        }

        Assert.Equal((0, 9), ((int)(await crowd.ReadAsync("quality"))["votes"]!, (int)(await crowd.ReadAsync("quality"))["withdrawn"]!));
        Assert.Equal(4, (await crowd.LeaseAsync(ada)).Count);
    }
}
