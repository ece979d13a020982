using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Rounds;

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
