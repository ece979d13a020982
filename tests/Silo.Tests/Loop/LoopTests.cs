using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Loop;

/// <summary>The loop from prompts to a promoted policy, on a cluster that shuffles delivery, with a scripted worker.</summary>
public sealed class LoopTests
{
    private static ProjectSettings Trial => new()
    {
        Title = "Films",
        Generation = new() { Pairs = 24, LowWater = 0, OldNewShare = 0.25 },
        Rounds = new() { JudgmentsTrigger = 24, Gate = new() { Profile = GateProfile.Trial, Prompts = 10 } },
    };

    [Fact]
    public async Task Judgments_become_a_policy_that_writes_the_next_pairs()
    {
        await using var world = await LoopWorld.StartAsync(Trial);
        await world.SettleAsync();
        Assert.StartsWith("Waits for a policy", (await world.Project.GetProgressAsync(default)).WaitsFor, StringComparison.Ordinal);

        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        var first = await world.Grain<IGenerationsGrain>().GetAsync("g1", default);
        Assert.Equal((GenerationState.Done, 24, "p1"), (first!.State, first.Pairs, first.Policy));
        Assert.Equal("Waits for 24 more judgments until the next round.", (await world.Project.GetProgressAsync(default)).WaitsFor);

        Assert.Equal(24, await world.JudgeAsync(annotator: 1));
        await world.SettleAsync();

        var round = await world.Grain<IRoundsGrain>().GetAsync("r1", default);
        Assert.Equal(RoundState.Promoted, round!.State);
        Assert.Contains("too small to claim", round.Reason, StringComparison.Ordinal);
        Assert.Equal(new ActivePolicy("p2", "p1", "p1"), await world.Grain<IPoliciesGrain>().GetActiveAsync(default));
        var version = await world.Grain<IDatasetsGrain>().FindAsync("latest", default);
        Assert.Equal((24, "r1"), (version!.Facts!.DpoTrain, version.Round));
        var next = await world.Grain<IGenerationsGrain>().GetAsync("g2", default);
        Assert.Equal(("p2", "p1", "promoted", GenerationState.Done, 24), (next!.Policy, next.Opponent, next.Trigger, next.State, next.Pairs));
        Assert.Null(await world.Grain<IGenerationsGrain>().GetAsync("g3", default));

        Assert.Equal(24, await world.JudgeAsync(annotator: 1));
        await world.SettleAsync();
        var second = await world.Grain<IRoundsGrain>().GetAsync("r2", default);
        Assert.Equal((RoundState.Promoted, "p2", "p1", "p1"), (second!.State, second.Parent, second.Start, second.Reference));
        var replayed = (await world.Grain<IDatasetsGrain>().FindAsync("v2", default))!.Facts!;
        Assert.Equal((36, 12), (replayed.DpoTrain, replayed.Replayed));
    }

    [Fact]
    public async Task A_published_version_rebuilds_to_its_identity()
    {
        await using var world = await LoopWorld.StartAsync(Trial);
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1);
        await world.SettleAsync();
        var version = (await world.Grain<IDatasetsGrain>().FindAsync("v1", default))!;
        await world.JudgeAsync(annotator: 2);

        var report = await VersionRebuild.CompareAsync(world.Store, new MemoryBlobStore(), version, default);

        Assert.Equal(new RebuildReport(version.Facts!.Identity, version.Facts.Identity, Same: true), report);
    }

    [Fact]
    public async Task Two_runs_with_the_same_judgments_train_on_the_same_rows()
    {
        var inputs = new List<(string Rows, string Prompts)>();
        foreach (var shards in new[] { 1, 3 })
        {
            await using var world = await LoopWorld.StartAsync(Trial, shards);
            await world.AddPolicyAsync("start");
            await world.SettleAsync();
            await world.JudgeAsync(annotator: shards);
            await world.SettleAsync();
            inputs.Add((await TrainingColumnsAsync(world, "r1"), System.Text.Encoding.UTF8.GetString((await world.Store.GetAsync("projects/films/generations/g2/inputs/prompts.jsonl", default))!.Bytes.Span)));
        }

        Assert.Equal(inputs[0], inputs[1]);
    }

    [Fact]
    public async Task A_candidate_that_trips_a_guard_is_rejected_and_the_loop_goes_on_with_its_parent()
    {
        await using var world = await LoopWorld.StartAsync(Trial);
        world.Measure = (policy, measures) => policy is "p1" ? measures : measures with { OddRate = 0.4 };
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1);
        await world.SettleAsync();

        var round = await world.Grain<IRoundsGrain>().GetAsync("r1", default);
        Assert.Equal((RoundState.Rejected, "Not promoted: odd-rate is 0.4, it must be ≤ 0.05."), (round!.State, round.Reason));
        Assert.Equal("p1", (await world.Grain<IPoliciesGrain>().GetActiveAsync(default))!.Active);
        Assert.Equal(("p1", "low-water"), ((await world.Grain<IGenerationsGrain>().GetAsync("g2", default))!.Policy, (await world.Grain<IGenerationsGrain>().GetAsync("g2", default))!.Trigger));
    }

    [Fact]
    public async Task A_round_of_ties_fails_with_a_plain_sentence_and_does_not_start_again_at_once()
    {
        await using var world = await LoopWorld.StartAsync(Trial);
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1, choose: (_, _, _) => ShownChoice.Tie);
        await world.SettleAsync();

        var rounds = await world.Grain<IRoundsGrain>().ListAsync(null, 10, default);
        Assert.Equal((1, RoundState.Failed), (rounds.Length, rounds[0].State));
        Assert.Contains("24 ties", rounds[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strict_round_waits_for_head_to_head_judgments_that_never_enter_a_dpo_table()
    {
        var strict = Trial with { TestShare = 0.8, Rounds = new() { JudgmentsTrigger = 24, Gate = new() { Profile = GateProfile.Strict, Prompts = 210 } } };
        await using var world = await LoopWorld.StartAsync(strict, shards: 2, prompts: 300);
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1);
        await world.SettleAsync();
        var waiting = await world.Grain<IRoundsGrain>().GetAsync("r1", default);
        Assert.Equal((RoundState.AwaitingJudgments, 210), (waiting!.State, waiting.HeadToHead));

        Assert.Equal(210 + 24, await world.JudgeAsync(annotator: 2));
        await world.SettleAsync();

        var round = await world.Grain<IRoundsGrain>().GetAsync("r1", default);
        Assert.Equal(RoundState.Promoted, round!.State);
        Assert.True(round.Gate!.VsParent!.Low > 0.5);
        var cut = await world.Grain<IDatasetsGrain>().CutAsync(new("manual", null, "all", null), default);
        await world.SettleAsync();
        var facts = (await world.Grain<IDatasetsGrain>().FindAsync($"v{cut.Value!.Version}", default))!.Facts!;
        Assert.Equal((48, 0), (facts.DpoTrain, facts.DpoTest));
        Assert.Equal("p2", (await world.Grain<IRoundsGrain>().GetAsync("r2", default))!.Parent);
    }

    [Fact]
    public async Task Whichever_write_fails_the_round_ends_the_same_and_no_event_is_doubled()
    {
        var (calm, first) = await RunAsync(failAfter: null);
        for (var point = 1; point <= calm.Writes; point += 1 + (point % 5))
        {
            var (outcome, _) = await RunAsync(failAfter: point, writesBefore: first);
            Assert.Equal((calm.State, calm.Active, calm.Rows, calm.Events), (outcome.State, outcome.Active, outcome.Rows, outcome.Events));
        }
    }

    private static async Task<((RoundState State, string Active, string Rows, string Events, int Writes) Outcome, int Before)> RunAsync(int? failAfter, int writesBefore = 0)
    {
        await using var world = await LoopWorld.StartAsync(Trial with { Generation = new() { Pairs = 8, LowWater = 0 }, Rounds = Trial.Rounds with { JudgmentsTrigger = 8 } }, shards: 1, prompts: 40);
        await world.AddPolicyAsync("start");
        await world.SettleAsync();
        await world.JudgeAsync(annotator: 1);
        var before = world.Store.Writes;
        Assert.True(writesBefore is 0 || writesBefore == before);
        world.Store.FailAt = failAfter is { } point ? before + point : 0;
        await world.SettleAsync();
        Assert.True(failAfter is not null || world.Failures is 0);
        var events = new List<string>();
        await foreach (var entry in LedgerReader.ReadAsync(world.Store, "films", "_project", 1, long.MaxValue, default))
        {
            if (entry.Event is ProjectRecorded recorded)
            {
                events.Add($"{recorded.Event.Kind} {recorded.Event.Key}");
            }
        }

        Assert.Equal(events.Count, events.Distinct().Count());
        var round = (await world.Grain<IRoundsGrain>().GetAsync("r1", default))!;
        var active = (await world.Grain<IPoliciesGrain>().GetActiveAsync(default))!;

        // A claim that was lost after its policy was registered leaves that policy behind; the next claim registers one of its own.
        var kinds = string.Join('\n', events.Where(line => !line.StartsWith("policy.registered", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        return ((round.State, active.Parent!, await TrainingColumnsAsync(world, "r1"), kinds, world.Store.Writes - before), before);
    }

    /// <summary>What a trainer reads: everything of the rows but the judgments' own ids.</summary>
    private static async Task<string> TrainingColumnsAsync(LoopWorld world, string round)
    {
        var rows = System.Text.Encoding.UTF8.GetString((await world.Store.GetAsync($"projects/films/rounds/{round}/inputs/train.jsonl", default))!.Bytes.Span);
        return System.Text.RegularExpressions.Regex.Replace(rows, "\"judgment_ids\":\\[[^]]*\\]", "");
    }
}
