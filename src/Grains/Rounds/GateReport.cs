using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Rounds;

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
