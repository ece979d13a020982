using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A version.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.version-view")]
public sealed record VersionView
{
    /// <summary>Number; the name is <c>v</c> and the number.</summary>
    [Id(0)] public required int Version { get; init; }

    /// <summary>State.</summary>
    [Id(1)] public required VersionState State { get; init; }

    /// <summary>Time of the cut event: created-at.</summary>
    [Id(2)] public required DateTimeOffset Created { get; init; }

    /// <summary>Canonical recipe JSON, ledger positions included.</summary>
    [Id(3)] public required string Recipe { get; init; }

    /// <summary>Why it was cut.</summary>
    [Id(4)] public required string Reason { get; init; }

    /// <summary>Round it was cut for, or null.</summary>
    [Id(5)] public string? Round { get; init; }

    /// <summary>Identity and counts, once published.</summary>
    [Id(6)] public VersionFacts? Facts { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(7)] public Refusal? Failure { get; init; }

    /// <summary>Tags on it.</summary>
    [Id(8)] public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Live counted votes of the project at the cut.</summary>
    [Id(9)] public int CountedVotes { get; init; }

    /// <summary>Why and when it was deleted, or null.</summary>
    [Id(10)] public Tombstone? Tombstone { get; init; }
}
