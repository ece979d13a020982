using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Tests.Projects;

public sealed class LoopRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);

    private static LoopInput Input => new()
    {
        Project = new("films"), Settings = new() { Rounds = new() { JudgmentsTrigger = 24 }, Generation = new() { LowWater = 5 } }, Created = s_noon, Now = s_noon,
        Active = new("p1", null, "p1"), Prompts = new(80, 20), Shards = [new() { OpenVoteSlots = 3, CountedVotes = 10 }, new() { OpenVoteSlots = 7, CountedVotes = 10 }],
    };

    [Fact]
    public void Without_a_policy_the_loop_waits_for_one()
    {
        var plan = LoopRules.Next(Input with { Active = null, Shards = [] });
        Assert.Equal((null, null), (plan.Round, plan.Generation));
        Assert.Equal("Waits for a policy: upload one, or import pairs to judge.", plan.Progress.WaitsFor);
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(31, true)]
    public void A_round_starts_at_or_above_the_trigger(int votes, bool starts)
    {
        var plan = LoopRules.Next(Input with { Shards = [new() { OpenVoteSlots = 9, CountedVotes = 100 + votes }], VotesAtLastRound = 100 });
        Assert.Equal(starts ? "judgments/after-r0" : null, plan.Round?.IdempotencyKey);
        Assert.Equal(votes, plan.Progress.NewVotes);
    }

    [Theory]
    [InlineData(RoundState.Planned, false)]
    [InlineData(RoundState.Training, false)]
    [InlineData(RoundState.Evaluating, false)]
    [InlineData(RoundState.AwaitingJudgments, true)]
    [InlineData(RoundState.Failed, true)]
    public void The_next_round_is_planned_while_one_waits_for_judgments_but_not_before(RoundState state, bool planned) =>
        Assert.Equal(planned, LoopRules.Next(Input with { Shards = [new() { CountedVotes = 50 }], Rounds = [Round(1, state)] }).Round is not null);

    [Fact]
    public void A_planned_round_stays_planned_while_another_is_under_way()
    {
        var rounds = (Round(2, RoundState.Planned), Round(1, RoundState.AwaitingJudgments));
        Assert.Null(LoopRules.NextInLine([rounds.Item1, rounds.Item2]));
        Assert.Equal(2, LoopRules.NextInLine([rounds.Item1, Round(1, RoundState.Expired)])!.Number);
    }

    [Fact]
    public void A_cron_minute_starts_a_round_when_there_is_a_new_vote()
    {
        var daily = Input with { Settings = new() { Rounds = new() { Cron = "0 13 * * *" } }, Now = s_noon.AddMinutes(59) };
        Assert.Null(LoopRules.Next(daily).Round);
        Assert.Equal("cron/202601051300", LoopRules.Next(daily with { Now = s_noon.AddHours(1) }).Round!.IdempotencyKey);
        Assert.Null(LoopRules.Next(daily with { Now = s_noon.AddHours(1), VotesAtLastRound = 20 }).Round);
    }

    [Theory]
    [InlineData(5, 4, true)]
    [InlineData(5, 5, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    public void Pairs_are_written_when_the_queue_runs_low(int lowWater, int open, bool written)
    {
        var input = Input with { Settings = new() { Generation = new() { LowWater = lowWater } }, Shards = [new() { OpenVoteSlots = open }] };
        Assert.Equal(written ? "low-water/after-g0" : null, LoopRules.Next(input).Generation?.IdempotencyKey);
    }

    [Fact]
    public void With_low_water_zero_no_pairs_are_written_while_a_round_decides_who_writes_them()
    {
        var input = Input with { Settings = new() { Generation = new() { LowWater = 0 } }, Shards = [new()], Rounds = [Round(1, RoundState.Training)] };
        Assert.Null(LoopRules.Next(input).Generation);
        Assert.NotNull(LoopRules.Next(input with { Rounds = [Round(1, RoundState.Rejected)] }).Generation);
    }

    [Fact]
    public void A_promoted_policy_writes_at_once_although_older_pairs_are_left()
    {
        var input = Input with
        {
            Active = new("p2", "p1", "p1"), Rounds = [Round(1, RoundState.Promoted) with { Candidate = "p2" }], Generations = [Generation(1, GenerationState.Done)],
            Shards = [new() { OpenVoteSlots = 300 }],
        };
        Assert.Equal("promoted/p2", LoopRules.Next(input).Generation!.IdempotencyKey);
        Assert.Null(LoopRules.Next(input with { Generations = [Generation(2, GenerationState.Running), Generation(1, GenerationState.Done)] }).Generation);
        Assert.Null(LoopRules.Next(input with { Generations = [Generation(2, GenerationState.Done) with { Policy = "p2" }] }).Generation);
    }

    [Fact]
    public void A_failed_generation_waits_for_an_operator_instead_of_failing_every_second()
    {
        var plan = LoopRules.Next(Input with { Shards = [new()], Generations = [Generation(1, GenerationState.Failed) with { Reason = "No memory." }] });
        Assert.Null(plan.Generation);
        Assert.Equal("Waits for an operator: g1 failed. No memory.", plan.Progress.WaitsFor);
    }

    [Fact]
    public void Work_follows_the_state_of_round_and_job()
    {
        Assert.Equal([new LoopWork(LoopWorkKind.QueueTraining, "r1")], Works(Round(1, RoundState.Queued)));
        Assert.Empty(Works(Round(1, RoundState.Queued), Job("r1", "train")));
        Assert.Equal([new LoopWork(LoopWorkKind.QueueEvaluation, "r1")], Works(Round(1, RoundState.Evaluating)));
        var measured = Round(1, RoundState.Evaluating) with { Measures = [new() { Policy = "p2", Responses = "x" }] };
        Assert.Equal([new LoopWork(LoopWorkKind.MakeHeadToHead, "r1")], Works(measured));
        Assert.Equal([new LoopWork(LoopWorkKind.DecideGate, "r1")], Works(measured with { Settings = new() { Gate = new() { Profile = GateProfile.Trial } } }));
        Assert.Equal([new LoopWork(LoopWorkKind.ClosePairs, "r1")], Works(Round(1, RoundState.Expired) with { HeadToHead = 3 }));
        Assert.Empty(Works(Round(1, RoundState.Expired) with { HeadToHead = 3, PairsClosed = true }));
    }

    [Fact]
    public void A_claimed_job_moves_its_round_and_a_lost_one_ends_it()
    {
        var claimed = LoopRules.Next(Input with { Rounds = [Round(1, RoundState.Queued)], Jobs = [Job("r1", "train") with { Worker = "w" }] });
        Assert.Equal(RoundEventKind.TrainingStarted, Assert.Single(claimed.RoundEvents).Happened.Kind);
        var lost = LoopRules.Next(Input with { Rounds = [Round(1, RoundState.Training)], Jobs = [Job("r1", "train") with { AttemptsLeft = 0 }] });
        Assert.Equal(RoundEventKind.Failed, Assert.Single(lost.RoundEvents).Happened.Kind);
    }

    [Fact]
    public void A_job_that_nothing_waits_for_is_cancelled()
    {
        var plan = LoopRules.Next(Input with { Rounds = [Round(1, RoundState.Cancelled)], Jobs = [Job("r1", "train"), Job("g9", "generate")] });
        Assert.Equal("r1", Assert.Single(plan.Cancel).Name);
    }

    [Fact]
    public void A_round_leaves_planned_when_its_version_is_published_and_fails_when_it_is_empty()
    {
        var version = new VersionView { Version = 4, State = VersionState.Published, Created = s_noon, Recipe = "{}", Reason = "manual" };
        var input = Input with { Rounds = [Round(1, RoundState.Planned)], RoundVersion = version };
        Assert.Equal((RoundEventKind.VersionReady, 4), (LoopRules.Next(input).RoundEvents[0].Happened.Kind, LoopRules.Next(input).RoundEvents[0].Happened.Version));
        var failed = LoopRules.Next(input with { RoundVersion = version with { State = VersionState.Failed, Failure = new("empty-version", "No row.") } }).RoundEvents[0].Happened;
        Assert.Equal((RoundEventKind.Failed, "No row."), (failed.Kind, failed.Reason!.Detail));
    }

    [Fact]
    public void A_gate_is_looked_at_when_its_judgments_are_in_and_expires_when_they_are_not()
    {
        var round = Round(1, RoundState.AwaitingJudgments) with { HeadToHead = 4, AwaitingSince = s_noon };
        var input = Input with { Rounds = [round], Shards = [new() { HeadToHead = System.Collections.Immutable.ImmutableDictionary<string, int>.Empty.Add("r1", 3), OpenVoteSlots = 9 }] };
        Assert.Empty(LoopRules.Next(input).Work);
        Assert.Single(LoopRules.Next(input with { Shards = [input.Shards[0] with { InReview = 1 }] }).Work);
        Assert.Equal(RoundEventKind.Expired, LoopRules.Next(input with { Now = s_noon.AddHours(169) }).RoundEvents[0].Happened.Kind);
        Assert.Equal("Waits for head-to-head judgments of r1: 3 of 4.", LoopRules.Next(input).Progress.WaitsFor);
    }

    [Fact]
    public void A_window_begins_after_the_newest_version_that_was_trained_on() => Assert.Equal(3, LoopRules.WindowStart(
        [Round(4, RoundState.Failed) with { Version = 5 }, Round(3, RoundState.Rejected) with { Version = 3, Candidate = "p3" }, Round(2, RoundState.Promoted) with { Version = 2, Candidate = "p2" }]));

    private static LoopWork[] Works(RoundView round, params JobView[] jobs) =>
        [.. LoopRules.Next(Input with { Rounds = [round], Jobs = [.. jobs] }).Work];

    private static RoundView Round(int number, RoundState state) => new()
    {
        Number = number, State = state, Settings = new(), Trigger = "manual", Planned = s_noon, Parent = "p1", Start = "p1", Reference = "p1", AwaitingSince = s_noon,
    };

    private static GenerationView Generation(int number, GenerationState state) =>
        new() { Number = number, State = state, Policy = "p1", Settings = new(), PromptCursor = 0, Prompts = 10, Planned = s_noon };

    private static JobView Job(string name, string kind) => new() { Job = new(new(new("films"), name, kind), "spec", [], 3, 1), AttemptsLeft = 2 };
}
