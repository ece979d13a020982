using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>A project's rounds and their state machine. Key: the project. One round at a time is past Planned and not ended.</summary>
[Alias("orleans.dpo.rounds")]
public interface IRoundsGrain : IGrainWithStringKey
{
    /// <summary>Plans a round with the project's settings as they are now; the same key gives the same round.</summary>
    [Alias("plan")]
    Task<Outcome<RoundView>> PlanAsync(PlanRound request, CancellationToken cancellationToken);

    /// <summary>Moves a round by one event of its state machine (<c>RoundRules</c>); an event that was applied before changes nothing.</summary>
    [Alias("apply")]
    Task<Outcome<RoundView>> ApplyAsync(string round, RoundEvent happened, CancellationToken cancellationToken);

    /// <summary>One round, or null.</summary>
    [ReadOnly, Alias("get")]
    Task<RoundView?> GetAsync(string round, CancellationToken cancellationToken);

    /// <summary>Rounds, newest first, below a number.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<RoundView>> ListAsync(int? before, int count, CancellationToken cancellationToken);
}

/// <summary>A wish for a round.</summary>
/// <param name="Trigger">manual, judgments or cron.</param>
/// <param name="IdempotencyKey">The same key gives the same round.</param>
/// <param name="Settings">Overrides for this round, or null for the project's.</param>
/// <param name="CandidatePolicy">A pushed policy to gate instead of training one, or null.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.plan-round")]
public sealed record PlanRound(string Trigger, string IdempotencyKey, RoundSettings? Settings, string? CandidatePolicy);

/// <summary>States of a round (design: Planned → Queued → Training → Evaluating → AwaitingJudgments → an end).</summary>
public enum RoundState
{
    /// <summary>Settings are fixed; its version is being cut.</summary>
    Planned,

    /// <summary>Its training job waits for a worker.</summary>
    Queued,

    /// <summary>A worker trains.</summary>
    Training,

    /// <summary>The candidate is sampled on held-out prompts.</summary>
    Evaluating,

    /// <summary>Head-to-head pairs wait for judgments (strict only).</summary>
    AwaitingJudgments,

    /// <summary>The candidate is active.</summary>
    Promoted,

    /// <summary>The gate said no, or an operator did.</summary>
    Rejected,

    /// <summary>Judgments did not come in time.</summary>
    Expired,

    /// <summary>It could not be finished; the reason is kept.</summary>
    Failed,

    /// <summary>An operator ended it.</summary>
    Cancelled,
}

/// <summary>A step of the state machine.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.round-event")]
public sealed record RoundEvent
{
    /// <summary>What happened.</summary>
    [Id(0)] public required RoundEventKind Kind { get; init; }

    /// <summary>VersionReady: its number.</summary>
    [Id(1)] public int? Version { get; init; }

    /// <summary>Trained: the candidate.</summary>
    [Id(2)] public string? Candidate { get; init; }

    /// <summary>Trained: facts.</summary>
    [Id(3)] public TrainFacts? Train { get; init; }

    /// <summary>Evaluated: one entry a policy.</summary>
    [Id(4)] public ImmutableArray<PolicyMeasures> Measures { get; init; } = [];

    /// <summary>Decided: the gate's report.</summary>
    [Id(5)] public GateReport? Gate { get; init; }

    /// <summary>Failed, Cancelled, Promote, Reject by hand: why and by whom.</summary>
    [Id(6)] public Refusal? Reason { get; init; }

    /// <summary>HeadToHeadMade: how many pairs wait.</summary>
    [Id(7)] public int HeadToHead { get; init; }

    /// <summary>Evaluated: held-out pairs used.</summary>
    [Id(8)] public int HeldOutPairs { get; init; }
}

/// <summary>Kinds of <see cref="RoundEvent"/>.</summary>
public enum RoundEventKind
{
    /// <summary>Its dataset version is published.</summary>
    VersionReady,

    /// <summary>A worker claimed the training job.</summary>
    TrainingStarted,

    /// <summary>The candidate policy is registered.</summary>
    Trained,

    /// <summary>Guards are measured.</summary>
    Evaluated,

    /// <summary>Head-to-head pairs are in the ledger.</summary>
    HeadToHeadMade,

    /// <summary>The gate has decided; promotes or rejects.</summary>
    Decided,

    /// <summary>An operator promotes against or before the gate.</summary>
    PromotedByHand,

    /// <summary>An operator rejects.</summary>
    RejectedByHand,

    /// <summary>Cancel.</summary>
    Cancelled,

    /// <summary>It failed.</summary>
    Failed,

    /// <summary>Judgments did not come in time.</summary>
    Expired,

    /// <summary>The round has ended and its head-to-head pairs want no more votes.</summary>
    PairsClosed,
}

/// <summary>Facts of the training, as the worker reported them.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.train-facts")]
public sealed record TrainFacts
{
    /// <summary>Rows used.</summary>
    [Id(0)] public int Rows { get; init; }

    /// <summary>Optimizer steps.</summary>
    [Id(1)] public int Steps { get; init; }

    /// <summary>Loss of the first batch.</summary>
    [Id(2)] public double StepZeroLoss { get; init; }

    /// <summary>The step-0 check in words.</summary>
    [Id(3)] public string StepZeroCheck { get; init; } = "";

    /// <summary>Mean loss of the last epoch.</summary>
    [Id(4)] public double Loss { get; init; }

    /// <summary>Training accuracy of the last epoch; never gated on.</summary>
    [Id(5)] public double Accuracy { get; init; }

    /// <summary>Mean margin of the last epoch.</summary>
    [Id(6)] public double Margin { get; init; }

    /// <summary>Wall seconds.</summary>
    [Id(7)] public double Seconds { get; init; }
}

/// <summary>Guards of one policy, as in <see cref="JobPolicyMeasures"/>.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-measures")]
public sealed record PolicyMeasures
{
    /// <summary>The policy.</summary>
    [Id(0)] public required string Policy { get; init; }

    /// <summary>Nats a response.</summary>
    [Id(1)] public double KlToStart { get; init; }

    /// <summary>Mean response tokens.</summary>
    [Id(2)] public double MeanTokens { get; init; }

    /// <summary>Share finished.</summary>
    [Id(3)] public double Finished { get; init; }

    /// <summary>Distinct-2.</summary>
    [Id(4)] public double Distinct2 { get; init; }

    /// <summary>Odd rate.</summary>
    [Id(5)] public double OddRate { get; init; }

    /// <summary>Nats, or null.</summary>
    [Id(6)] public double? ChosenLogpShift { get; init; }

    /// <summary>Or null.</summary>
    [Id(7)] public double? PairAccuracy { get; init; }

    /// <summary>Blob of its evaluation responses, one <see cref="JobResponse"/> a line.</summary>
    [Id(8)] public required string Responses { get; init; }
}

/// <summary>What the gate saw and said.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.gate-report")]
public sealed record GateReport
{
    /// <summary>Promote or not.</summary>
    [Id(0)] public required bool Promote { get; init; }

    /// <summary>The verdict in plain words.</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>One entry a check.</summary>
    [Id(2)] public ImmutableArray<GateCheck> Checks { get; init; } = [];

    /// <summary>Win rate against the parent, or null when not judged.</summary>
    [Id(3)] public WinRate? VsParent { get; init; }

    /// <summary>Win rate against π0, or null.</summary>
    [Id(4)] public WinRate? VsStart { get; init; }
}

/// <summary>One check of the gate.</summary>
/// <param name="Name">Such as kl, length-ratio, vs-parent.</param>
/// <param name="Value">Measured.</param>
/// <param name="Limit">The limit in words, such as ≤ 3.5.</param>
/// <param name="Passed">Whether it holds.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.gate-check")]
public sealed record GateCheck(string Name, double Value, string Limit, bool Passed);

/// <summary>A head-to-head result; ties and both-bad count ½.</summary>
/// <param name="Wins">Judgments for the candidate.</param>
/// <param name="Losses">Judgments for the opponent.</param>
/// <param name="Ties">Ties and both-bad.</param>
/// <param name="Rate">Mean by prompt.</param>
/// <param name="Low">Lower end of the 95 % interval (paired bootstrap by prompt).</param>
/// <param name="High">Upper end.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.win-rate")]
public sealed record WinRate(int Wins, int Losses, int Ties, double Rate, double Low, double High);

/// <summary>A round.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.round-view")]
public sealed record RoundView
{
    /// <summary>Number; the name is <c>r</c> and the number.</summary>
    [Id(0)] public required int Number { get; init; }

    /// <summary>State.</summary>
    [Id(1)] public required RoundState State { get; init; }

    /// <summary>Settings, pre-registered.</summary>
    [Id(2)] public required RoundSettings Settings { get; init; }

    /// <summary>What started it.</summary>
    [Id(3)] public required string Trigger { get; init; }

    /// <summary>When it was planned.</summary>
    [Id(4)] public required DateTimeOffset Planned { get; init; }

    /// <summary>When it ended.</summary>
    [Id(5)] public DateTimeOffset? Ended { get; init; }

    /// <summary>Start weights: the active policy when it was planned.</summary>
    [Id(6)] public required string Parent { get; init; }

    /// <summary>π0 of the project.</summary>
    [Id(7)] public required string Start { get; init; }

    /// <summary>The reference policy, resolved.</summary>
    [Id(8)] public required string Reference { get; init; }

    /// <summary>Dataset version, once cut.</summary>
    [Id(9)] public int? Version { get; init; }

    /// <summary>Candidate policy, once trained.</summary>
    [Id(10)] public string? Candidate { get; init; }

    /// <summary>Training facts.</summary>
    [Id(11)] public TrainFacts? Train { get; init; }

    /// <summary>Guards.</summary>
    [Id(12)] public ImmutableArray<PolicyMeasures> Measures { get; init; } = [];

    /// <summary>Head-to-head pairs that were made.</summary>
    [Id(13)] public int HeadToHead { get; init; }

    /// <summary>The gate's report.</summary>
    [Id(14)] public GateReport? Gate { get; init; }

    /// <summary>Why it ended, in plain words.</summary>
    [Id(15)] public string Reason { get; init; } = "";

    /// <summary>When it began to wait for judgments.</summary>
    [Id(16)] public DateTimeOffset? AwaitingSince { get; init; }

    /// <summary>Its head-to-head pairs are closed.</summary>
    [Id(17)] public bool PairsClosed { get; init; }

    /// <summary>Held-out pairs that the guards used.</summary>
    [Id(18)] public int HeldOutPairs { get; init; }
}
