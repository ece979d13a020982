using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A project's dataset versions. Key: the project. A cut fixes positions and recipe in the ledger; building is done outside of turns and may be repeated.</summary>
[Alias("orleans.dpo.datasets")]
public interface IDatasetsGrain : IGrainWithStringKey
{
    /// <summary>Cuts a version: allocates the number, appends <c>dataset.cut</c> with positions and recipe. It is readable once built.</summary>
    [Alias("cut")]
    Task<Outcome<VersionView>> CutAsync(CutRequest request, CancellationToken cancellationToken);

    /// <summary>Records the identity and counts of a built version (<c>dataset.published</c>) or why it could not be built.</summary>
    [Alias("published")]
    Task PublishedAsync(int version, VersionFacts? facts, Refusal? failure, CancellationToken cancellationToken);

    /// <summary>By name: <c>v12</c>, <c>12</c>, <c>latest</c>, a tag, or the 40-hex identity. Null when there is none.</summary>
    [ReadOnly, Alias("find")]
    Task<VersionView?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All versions, newest first, below a number.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<VersionView>> ListAsync(int? before, int count, CancellationToken cancellationToken);

    /// <summary>Sets or moves a tag.</summary>
    [Alias("tag")]
    Task<Outcome<VersionView>> TagAsync(string tag, int version, CancellationToken cancellationToken);
}

/// <summary>A wish for a version.</summary>
/// <param name="Reason">manual, judgments, cron or api.</param>
/// <param name="Round">The round that trains on it, or null.</param>
/// <param name="IdempotencyKey">The same key gives the same version.</param>
/// <param name="Replay">Rows of earlier windows as a share of the new ones; null: everything up to the positions, no window.</param>
/// <param name="Since">Version after whose positions the window begins; null: at the first vote.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.cut-request")]
public sealed record CutRequest(string Reason, string? Round, string IdempotencyKey, double? Replay, int? Since = null);

/// <summary>State of a version.</summary>
public enum VersionState
{
    /// <summary>Cut, not yet readable.</summary>
    Building,

    /// <summary>Readable for ever.</summary>
    Published,

    /// <summary>Could not be built; the reason is kept.</summary>
    Failed,
}

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
}

/// <summary>What a published version holds. Ties and both-bad are counted here, never dropped in silence.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.version-facts")]
public sealed record VersionFacts
{
    /// <summary>SHA-256 over canonical lines and recipe, 64 hexadecimal digits; the first 40 are the revision.</summary>
    [Id(0)] public required string Identity { get; init; }

    /// <summary>Rows of the items table.</summary>
    [Id(1)] public int Items { get; init; }

    /// <summary>Rows of the judgments table.</summary>
    [Id(2)] public int Judgments { get; init; }

    /// <summary>Rows of the dpo table, train split.</summary>
    [Id(3)] public int DpoTrain { get; init; }

    /// <summary>Rows of the dpo table, test split.</summary>
    [Id(4)] public int DpoTest { get; init; }

    /// <summary>Of the train rows, those replayed from earlier windows.</summary>
    [Id(5)] public int Replayed { get; init; }

    /// <summary>Pairs in the window whose majority is a tie.</summary>
    [Id(6)] public int Ties { get; init; }

    /// <summary>Pairs in the window whose majority is both-bad.</summary>
    [Id(7)] public int BothBad { get; init; }

    /// <summary>Pairs in the window without a majority.</summary>
    [Id(8)] public int NoMajority { get; init; }

    /// <summary>Skips.</summary>
    [Id(9)] public int Skips { get; init; }

    /// <summary>Bytes of all files.</summary>
    [Id(10)] public long Bytes { get; init; }
}
