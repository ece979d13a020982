using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Retractions;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Api;

[Collection(SiloCollection.Name)]
public sealed class RetractionsApiTests(SiloHost host)
{
    [Fact]
    public async Task A_retracted_judgment_is_in_no_later_version_and_taints_the_earlier_one_which_stays_as_it_is()
    {
        var path = await host.AddJudgedProjectAsync("retract", pairs: 3);
        var v1 = await CutAsync(path, "v1");
        var row = (await RowsAsync(path, "v1"))[0];
        var (judgment, pair) = ((string)row["judgment_id"]!, (string)row["pair_id"]!);
        await Body.IsAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { judgment, pair, reason = "read the wrong prompt" })), HttpStatusCode.Created,
            $$"""{"id":"t1","state":"retracted","judgment":"{{judgment}}","pair":"{{pair}}","reason":"read the wrong prompt","by":"*","created":"*","judgments":1,"touched":[{"id":"v1","kind":"version","how":"rows"}]}""");
        Assert.Equal("read the wrong prompt", (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1")))["tainted"]![0]!["reason"]);
        Assert.Equal("t1", (string?)(await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets")))["items"]![0]!["tainted"]![0]!["retraction"]);
        await Body.IsAsync(await host.Admin.GetAsync($"{path}/taint"), HttpStatusCode.OK,
            """{"items":[{"id":"v1","kind":"version","tainted":[{"retraction":"t1","reason":"read the wrong prompt","since":"*","how":"rows"}]}],"next":null}""");

        var v2 = await CutAsync(path, "v2");
        Assert.Equal(2, (int)v2["counts"]!["dpo_train"]! + (int)v2["counts"]!["dpo_test"]!);
        Assert.Null(v2["tainted"]);
        Assert.False((bool)(await RowsAsync(path, "v2")).Single(found => (string?)found["judgment_id"] == judgment)["live"]!);
        Assert.Equal((string)v1["identity"]!, await RebuiltAsync(path, "v1"));
        Assert.Equal((string)v2["identity"]!, await RebuiltAsync(path, "v2"));

        var again = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/leases", Body.Json(new { count = 4 })));
        Assert.Equal(pair, await host.PairAsync(host.Admin, path, Assert.Single(again["items"]!.AsArray())!));

        await host.Admin.DeleteAsync($"{path}/leases");
        var back = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/retractions/t1/reinstate", Body.Json(new { reason = "it was the right one" })));
        Assert.Equal("reinstated", (string?)back["state"]);
        Assert.Null((await Body.ReadAsync(await host.Admin.GetAsync($"{path}/datasets/v1")))["tainted"]);
        var v3 = await CutAsync(path, "v3");
        Assert.Equal(3, (int)v3["counts"]!["dpo_train"]! + (int)v3["counts"]!["dpo_test"]!);
        Assert.Equal((string)v2["identity"]!, await RebuiltAsync(path, "v2"));
    }

    [Fact]
    public async Task An_annotators_judgments_from_a_time_on_are_taken_out_of_all_shards_also_after_a_run_that_was_cut_short()
    {
        var path = await host.AddProjectAsync("retract-ada", pairs: 12, overlap: 1);
        var ada = await host.AddAsync("retract-ada", "annotator");
        await JudgeAsync(ada, path, 4);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        var from = host.Clock.GetUtcNow();
        await JudgeAsync(ada, path, 8);
        await CutAsync(path, "v1");

        // As after a crash: recorded, and the first shard has done half of its part.
        var (grains, id, who) = (host.App.Services.GetRequiredService<IGrainFactory>(), new ProjectId("retract-ada"), await SiloHost.IdAsync(ada));
        var shard = grains.GetGrain<ILedgerShardGrain>($"{id}/0");
        var found = await shard.FindJudgmentsAsync(new() { Annotator = who, From = from }, default);
        await shard.RetractAsync(new("t1", [.. found.Take(found.Length / 2).Select(judgment => judgment.Id)], "spam", "key_x"), default);
        var view = await Body.ReadAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { annotator = who.Value, from, reason = "spam" })));
        Assert.Equal("retracted", (string?)view["state"]);
        Assert.Equal("v1", (string?)view["touched"]![0]!["id"]);
        await host.App.Services.GetRequiredService<RetractionRunner>().RunAsync(id, "t1", default);

        await CutAsync(path, "v2");
        Assert.Equal(4, (await RowsAsync(path, "v2")).Count(row => (bool)row["live"]!));
        var progress = await Task.WhenAll(Enumerable.Range(0, 2).Select(n => grains.GetGrain<ILedgerShardGrain>($"{id}/{n}").GetStatusAsync(default)));
        Assert.Equal(4, progress.Sum(status => status.CountedVotes));
        var events = new List<string>();
        await foreach (var entry in LedgerReader.ReadAsync(host.App.Services.GetRequiredService<IBlobStore>(), id.Value, "_project", 1, long.MaxValue, default))
        {
            events.Add(entry.Event.Kind);
        }

        Assert.Single(events, kind => kind == "annotator.retracted");
        Assert.Single(events, kind => kind == "retraction.done");
    }

    [Fact]
    public async Task The_loop_goes_on_with_a_retraction_that_nobody_finished()
    {
        var path = await host.AddJudgedProjectAsync("retract-later", pairs: 2);
        var grains = host.App.Services.GetRequiredService<IGrainFactory>();
        var admin = await SiloHost.IdAsync(host.Admin);
        await grains.GetGrain<IRetractionsGrain>("retract-later").RetractAsync(new("key", "left alone", "key_x") { Annotator = admin }, default);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        JsonNode view;
        do
        {
            await Task.Delay(20, patience.Token);
            view = await Body.ReadAsync(await host.Admin.GetAsync($"{path}/retractions/t1", patience.Token));
        }
        while ((string?)view["state"] is "retracting");
        Assert.Equal(2, (int)view["judgments"]!);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_retracted()
    {
        var path = await host.AddJudgedProjectAsync("retract-none", pairs: 1);
        await CutAsync(path, "v1");
        var pair = (string)(await RowsAsync(path, "v1"))[0]["pair_id"]!;
        var nobody = Judgments.NewId();
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { judgment = nobody, pair, reason = "x" })), HttpStatusCode.NotFound, "unknown-judgment");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { judgment = nobody, pair = $"pa_{new string('0', 32)}", reason = "x" })), HttpStatusCode.NotFound, "unknown-pair");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/retractions", Body.Json(new { reason = "x" })), HttpStatusCode.BadRequest, "bad-request");
        await Body.IsProblemAsync(await host.Admin.GetAsync($"{path}/retractions/t1"), HttpStatusCode.NotFound, "unknown-retraction");
        await Body.IsProblemAsync(await host.Admin.PostAsync($"{path}/retractions/t1/reinstate", Body.Json(new { reason = "x" })), HttpStatusCode.NotFound, "unknown-retraction");
    }

    private async Task<JsonNode> CutAsync(string path, string name)
    {
        await host.Admin.PostAsync($"{path}/datasets", Body.Text("{}"));
        return await host.VersionAsync(path, name);
    }

    private async Task<List<JsonNode>> RowsAsync(string path, string version) =>
        [.. (await host.Admin.GetStringAsync($"{path}/datasets/{version}/tables/judgments")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static async Task JudgeAsync(HttpClient client, string path, int count)
    {
        for (var left = count; left > 0;)
        {
            var leases = (await Body.ReadAsync(await client.PostAsync($"{path}/leases", Body.Json(new { count = Math.Min(4, left) }))))["items"]!.AsArray();
            await Body.ReadAsync(await client.PostAsync($"{path}/judgments", Body.Json(leases.Select(lease => Judgments.Of(lease!, "left")))));
            left -= leases.Count;
        }
    }

    private async Task<string> RebuiltAsync(string path, string version)
    {
        var store = host.App.Services.GetRequiredService<IBlobStore>();
        var recipe = await host.Admin.GetStringAsync($"{path}/datasets/{version}/files/recipe.json");
        using var folder = new TemporaryFolder();
        return (await VersionRebuild.RunAsync(store, new FileBlobStore(folder.Path, TimeProvider.System), recipe.TrimEnd(), default)).Value!.Facts.Identity;
    }
}
