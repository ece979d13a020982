using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Rounds;

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
