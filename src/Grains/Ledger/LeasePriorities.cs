using System.Collections.Immutable;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>In which order a shard leases, as the agreement service publishes it. Kept in memory only: after a restart it is published anew.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.lease-priorities")]
public sealed record LeasePriorities
{
    /// <summary>Most pairs of one list; later ones have their turn when earlier ones are done.</summary>
    public const int MaxPairs = 2000;

    /// <summary>Pairs that have votes, most worth a vote first.</summary>
    [Id(0)] public ImmutableArray<PairPriority> Pairs { get; init; } = [];

    /// <summary>What a vote on a pair without votes is worth, on the same scale.</summary>
    [Id(1)] public double Fresh { get; init; }

    /// <summary>Share of leases that are drawn uniformly; 1 switches the order off.</summary>
    [Id(2)] public double UniformShare { get; init; } = 1;

    /// <summary>Pairs whose number of wanted votes changes.</summary>
    [Id(3)] public ImmutableArray<WantedVotes> Wanted { get; init; } = [];
}

/// <summary>What one more vote on a pair is worth.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Score">Expected information per second; larger first.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-priority")]
public readonly record struct PairPriority([property: Id(0)] PairId Pair, [property: Id(1)] double Score);
