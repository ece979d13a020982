using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Tests.Rounds;

public sealed class RoundRulesTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 1, 5, 12, 0, 0, TimeSpan.Zero);
    private static readonly ActivePolicy s_active = new("p3", "p1", "p1");
    private static readonly RoundSettings s_trial = new() { Gate = new() { Profile = GateProfile.Trial } };

    public static TheoryData<RoundState, RoundEventKind, RoundState> Steps => new()
    {
        { RoundState.Planned, RoundEventKind.VersionReady, RoundState.Queued },
        { RoundState.Queued, RoundEventKind.TrainingStarted, RoundState.Training },
        { RoundState.Training, RoundEventKind.Trained, RoundState.Evaluating },
        { RoundState.Evaluating, RoundEventKind.HeadToHeadMade, RoundState.AwaitingJudgments },
        { RoundState.Evaluating, RoundEventKind.PromotedByHand, RoundState.Promoted },
        { RoundState.AwaitingJudgments, RoundEventKind.PromotedByHand, RoundState.Promoted },
        { RoundState.AwaitingJudgments, RoundEventKind.RejectedByHand, RoundState.Rejected },
        { RoundState.AwaitingJudgments, RoundEventKind.Expired, RoundState.Expired },
        { RoundState.Planned, RoundEventKind.Cancelled, RoundState.Cancelled },
        { RoundState.Training, RoundEventKind.Cancelled, RoundState.Cancelled },
        { RoundState.Training, RoundEventKind.Failed, RoundState.Failed },
    };

    [Theory]
    [MemberData(nameof(Steps))]
    public void An_event_moves_a_round_and_moves_it_once(RoundState from, RoundEventKind kind, RoundState to)
    {
        var happened = new RoundEvent { Kind = kind, Version = 4, Candidate = "p9", HeadToHead = 3 };
        var moved = RoundRules.Apply(In(from), happened, s_noon).Value!;
        Assert.Equal(to, moved.State);
        Assert.Equal(moved, RoundRules.Apply(moved, happened, s_noon.AddHours(1)).Value);
        Assert.NotNull(RoundRules.EventOf(In(from), moved));
    }

    [Theory]
    [InlineData(RoundState.Planned, RoundEventKind.Evaluated)]
    [InlineData(RoundState.Planned, RoundEventKind.PromotedByHand)]
    [InlineData(RoundState.Training, RoundEventKind.HeadToHeadMade)]
    [InlineData(RoundState.Queued, RoundEventKind.Expired)]
    [InlineData(RoundState.Promoted, RoundEventKind.RejectedByHand)]
    [InlineData(RoundState.Rejected, RoundEventKind.PromotedByHand)]
    [InlineData(RoundState.Cancelled, RoundEventKind.Trained)]
    [InlineData(RoundState.Queued, RoundEventKind.Trained)]
    [InlineData(RoundState.Failed, RoundEventKind.Cancelled)]
    public void An_event_that_does_not_follow_is_refused(RoundState from, RoundEventKind kind)
    {
        var happened = new RoundEvent { Kind = kind, Candidate = "p77", Gate = new() { Promote = true, Reason = "" } };
        Assert.Equal(RefusalCodes.WrongState, RoundRules.Apply(In(from), happened, s_noon).Refusal?.Code);
    }

    [Fact]
    public void A_strict_round_is_not_decided_before_its_head_to_head_is_judged()
    {
        var decided = new RoundEvent { Kind = RoundEventKind.Decided, Gate = new() { Promote = true, Reason = "Better." } };
        Assert.NotNull(RoundRules.Apply(In(RoundState.Evaluating) with { Settings = new() }, decided, s_noon).Refusal);
        Assert.Equal(RoundState.Promoted, RoundRules.Apply(In(RoundState.AwaitingJudgments) with { Settings = new() }, decided, s_noon).Value!.State);
        Assert.Equal(RoundState.Promoted, RoundRules.Apply(In(RoundState.Evaluating), decided, s_noon).Value!.State);
    }

    [Fact]
    public void A_round_that_waited_starts_from_the_policy_that_is_active_when_it_begins()
    {
        var planned = RoundRules.Plan(new("manual", "k", null, null), 2, s_trial with { Reference = "parent" }, s_active, _ => true, s_noon).Value!;
        Assert.Equal(("p3", "p1", "p3"), (planned.Parent, planned.Start, planned.Reference));
        var begun = RoundRules.Resolve(planned, new("p4", "p3", "p1"));
        Assert.Equal(("p4", "p1", "p4"), (begun.Parent, begun.Start, begun.Reference));
    }

    [Fact]
    public void The_reference_is_the_start_policy_unless_the_settings_say_otherwise()
    {
        Assert.Equal("p1", Plan(s_trial).Value!.Reference);
        Assert.Equal("p2", Plan(s_trial with { Reference = "p2" }).Value!.Reference);
        Assert.Equal(RefusalCodes.BadRequest, Plan(s_trial with { Reference = "best" }).Refusal!.Code);
    }

    [Fact]
    public void Settings_that_cannot_run_are_refused_before_the_round_exists()
    {
        Assert.Contains("at least 200", Plan(new() { Gate = new() { Prompts = 199 } }).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("rounds.training.beta", Plan(s_trial with { Training = new() { Beta = 0 } }).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Contains("hour", Plan(s_trial with { Cron = "0 24 * * *" }).Refusal!.Detail, StringComparison.Ordinal);
        Assert.Equal(RefusalCodes.NoActivePolicy, RoundRules.Plan(new("manual", "k", null, null), 1, s_trial, null, _ => true, s_noon).Refusal!.Code);
    }

    [Fact]
    public void A_pushed_candidate_goes_from_planned_to_its_evaluation()
    {
        var planned = RoundRules.Plan(new("manual", "k", null, "p8"), 1, s_trial, s_active, _ => true, s_noon).Value!;
        var evaluating = RoundRules.Apply(planned, new() { Kind = RoundEventKind.Trained, Candidate = "p8" }, s_noon).Value!;
        Assert.Equal((RoundState.Evaluating, "p8"), (evaluating.State, evaluating.Candidate));
    }

    [Fact]
    public void Head_to_head_pairs_are_closed_after_the_end_only()
    {
        var closed = new RoundEvent { Kind = RoundEventKind.PairsClosed };
        Assert.NotNull(RoundRules.Apply(In(RoundState.AwaitingJudgments), closed, s_noon).Refusal);
        Assert.True(RoundRules.Apply(In(RoundState.Expired), closed, s_noon).Value!.PairsClosed);
    }

    private static Outcome<RoundView> Plan(RoundSettings settings) => RoundRules.Plan(new("manual", "k", null, null), 1, settings, s_active, _ => true, s_noon);

    private static RoundView In(RoundState state) => new()
    {
        Number = 1, State = state, Settings = s_trial, Trigger = "manual", Planned = s_noon, Parent = "p3", Start = "p1", Reference = "p1",
        Candidate = state >= RoundState.Evaluating ? "p9" : null,
        Measures = state is RoundState.Evaluating ? [new() { Policy = "p9", Responses = "r" }] : [],
    };
}
