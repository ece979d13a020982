using System.Collections.Immutable;
using Orleans.Concurrency;
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
