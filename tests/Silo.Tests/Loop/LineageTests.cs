using System.Text.Json;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Silo.Imports;
using Orleans.Dpo.Silo.Lineage;
using SourceRow = Orleans.Dpo.Silo.Imports.SourceRow;

namespace Orleans.Dpo.Silo.Tests.Loop;

/// <summary>Every hop of lineage, both ways, on what a whole turn of the loop recorded: with an import, a pushed checkpoint, a retraction and a deleted version.</summary>
public sealed class LineageTests
{
    [Fact]
    public async Task Every_hop_of_a_turn_of_the_loop_is_found_from_both_ends()
    {
        await using var world = await TurnAsync();
        var (reader, trace) = Readers(world);
        var project = (await world.Project.GetAsync(default))!;
        var (pairs, judgments) = await AllAsync(world);
        Assert.Equal(26, pairs.Count);

        foreach (var pair in pairs)
        {
            var imported = pair.Origin is "i1";
            var view = await ReadAsync(pair.Id.Value);
            Assert.Equal(imported ? [pair.Prompt.Value, "i1"] : [pair.Prompt.Value, "g1", "p1"], Ids(view.Up));
            var mine = judgments.Where(item => item.Pair == pair.Id).Select(item => item.Judgment.Id.Value).ToArray();
            Assert.Equal([.. mine, "v1"], Ids(view.Down));
            Assert.Contains(pair.Id.Value, Ids((await ReadAsync(pair.Prompt.Value)).Down));
            foreach (var judgment in mine)
            {
                var its = (await reader.ReadAsync(project, judgment, pair.Id, default))!;
                Assert.Equal([pair.Id.Value], Ids(its.Up));
                Assert.Equal(["v1"], Ids(its.Down));
            }
        }

        await IsAsync("v1", up: ["g1", "i1"], down: ["r1", "p2"]);
        await IsAsync("r1", up: ["v1", "p1"], down: ["p2"]);
        await IsAsync("p2", up: ["r1", "p1", "v1"], down: ["p3", "g2"]);
        await IsAsync("p3", up: ["p2"], down: []);
        await IsAsync("g1", up: ["p1"], down: ["v1"]);
        await IsAsync("i1", up: [], down: ["v1"]);
        await IsAsync("g2", up: ["p2", "p1"], down: []);
        await IsAsync("p1", up: [], down: ["r1", "g2", "g1"]);
        foreach (var unknown in new[] { "v9", "r9", "g9", "p9", "i9", $"pr_{new string('0', 32)}", $"pa_{new string('0', 32)}" })
        {
            Assert.Null(await reader.ReadAsync(project, unknown, null, default));
        }

        var first = judgments.First();
        var down = (await trace.FollowAsync(project, first.Judgment.Id.Value, first.Pair, down: true, default))!;
        Assert.Equal(["v1", "r1", "p2", "p3", "g2"], down.Steps.Select(step => step.Id));
        var up = (await trace.FollowAsync(project, "p3", null, down: false, default))!;
        Assert.Equal(["p2", "r1", "p1", "v1", "g1", "i1"], up.Steps.Select(step => step.Id));

        // From a checkpoint to the judgments of each of its rows, and from each of those back to the checkpoint.
        var rows = await trace.RowsAsync(project.Id, (await trace.VersionOfAsync(project.Id, "p2", default))!.Value, default).ToListAsync();
        Assert.Equal(26, rows.Count);
        Assert.Equal(judgments.Select(item => item.Judgment.Id.Value).Order(), rows.SelectMany(row => row.Judgments).Order());
        foreach (var row in rows)
        {
            var steps = (await trace.FollowAsync(project, Assert.Single(row.Judgments), new(row.Pair), down: true, default))!.Steps;
            Assert.Contains(steps, step => step is { Id: "p2", Kind: "policy" });
        }

        async Task<LineageView> ReadAsync(string id) => (await reader.ReadAsync(project, id, null, default))!;

        async Task IsAsync(string id, string[] up, string[] down)
        {
            var view = await ReadAsync(id);
            Assert.Equal(up, Ids(view.Up));
            Assert.Equal(down, Ids(view.Down));
        }
    }

    [Fact]
    public async Task A_retracted_judgment_keeps_its_trace_and_a_deleted_version_is_still_between_its_round_and_its_policy()
    {
        await using var world = await TurnAsync();
        var (reader, trace) = Readers(world);
        var project = (await world.Project.GetAsync(default))!;
        var (_, judgments) = await AllAsync(world);
        var judgment = judgments[0];
        var shard = world.Grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{PairShards.Of(judgment.Pair, project.Shards)}");
        Assert.Equal(1, await shard.RetractAsync(new("t1", [judgment.Judgment.Id], "wrong key", "an_x"), default));

        var view = (await reader.ReadAsync(project, judgment.Judgment.Id.Value, judgment.Pair, default))!;
        Assert.Equal("ended", view.State);
        Assert.Equal(["v1"], Ids(view.Down));
        Assert.Contains(judgment.Judgment.Id.Value, Ids((await reader.ReadAsync(project, judgment.Pair.Value, null, default))!.Down));

        Assert.Null((await world.Grain<IDatasetsGrain>().DeleteAsync(1, "asked to", default)).Refusal);
        await world.SettleAsync();
        var version = (await reader.ReadAsync(project, "v1", null, default))!;
        Assert.Equal("deleted", version.State);
        Assert.Equal(["r1", "p2"], Ids(version.Down));
        Assert.Equal(["v1", "p1"], Ids((await reader.ReadAsync(project, "r1", null, default))!.Up));
        Assert.Empty((await reader.ReadAsync(project, judgment.Judgment.Id.Value, judgment.Pair, default))!.Down);
        Assert.Contains((await trace.FollowAsync(project, "p2", null, down: false, default))!.Steps, step => step.Id is "v1");
    }

    private static string[] Ids(IEnumerable<LineageLink> links) => [.. links.Select(link => link.Id)];

    private static (LineageReader Reader, LineageTrace Trace) Readers(LoopWorld world)
    {
        var reader = new LineageReader(world.Grains, world.Store);
        return (reader, new(reader, world.Grains, world.Store));
    }

    // p1 writes g1, two pairs are imported, all is judged, r1 trains p2 on v1, p2 writes g2; p3 is pushed as a child of p2.
    private static async Task<LoopWorld> TurnAsync()
    {
        var world = await LoopWorld.StartAsync(new()
        {
            Title = "Films",
            Generation = new() { Pairs = 24, LowWater = 0, OldNewShare = 0.25 },
            Rounds = new() { JudgmentsTrigger = 26, Gate = new() { Profile = GateProfile.Trial, Prompts = 10 } },
        });
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        var rows = Enumerable.Range(0, 2).Select(i => new SourceRow(i + 1, JsonSerializer.SerializeToElement(new { prompt = $"Imported {i}.", response_a = "short", response_b = "somewhat longer" }), 80));
        await using var errors = new ImportErrors();
        var counts = await new PairImport(world.Store, world.Grains).RunAsync((await world.Project.GetAsync(default))!, rows.ToAsyncEnumerable(), "k", errors, default);
        Assert.Equal(("i1", 2, 0), (counts.Import, counts.Added, errors.Count));
        Assert.Equal(26, await world.JudgeAsync(annotator: 1));
        await world.SettleAsync();
        Assert.Equal("p2", (await world.Grain<IPoliciesGrain>().GetActiveAsync(default))!.Active);
        var pushed = await world.Grain<IPoliciesGrain>().ReserveAsync("pushed", default);
        var child = (await world.Grain<IPoliciesGrain>().GetAsync("p2", default))!.Policy;
        Assert.Null((await world.Grain<IPoliciesGrain>().AddAsync(new() { Id = pushed, Hash = PolicyRules.HashOf(child.Files), Origin = "upload", Parent = "p2", Files = child.Files }, default)).Refusal);
        return world;
    }

    // Pairs with judgments, and these, from the shards' own lists.
    private static async Task<(List<PairRecord> Pairs, List<JudgmentItem> Judgments)> AllAsync(LoopWorld world)
    {
        var project = (await world.Project.GetAsync(default))!;
        var (pairs, judgments) = (new List<PairRecord>(), new List<JudgmentItem>());
        for (var shard = 0; shard < project.Shards; shard++)
        {
            var grain = world.Grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{shard}");
            judgments.AddRange((await grain.ListJudgmentsAsync(new(), long.MaxValue, 1000, default)).Items);
        }

        foreach (var item in judgments.DistinctBy(item => item.Pair))
        {
            pairs.Add((await world.Grains.GetGrain<ILedgerShardGrain>($"{project.Id}/{PairShards.Of(item.Pair, project.Shards)}").GetPairAsync(item.Pair, default))!.Record);
        }

        return (pairs, judgments);
    }
}
