using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>A project: settings, allocation of names (v12, r4, g7, p4, i2), and the next step of its loop. Key: the slug.</summary>
[Alias("orleans.dpo.project")]
public interface IProjectGrain : IGrainWithStringKey
{
    /// <summary>Creates the project: number of ledger shards is fixed here. The same call again with the same settings succeeds.</summary>
    [Alias("create")]
    Task<Outcome<ProjectView>> CreateAsync(ProjectSettings settings, int shards, CancellationToken cancellationToken);

    /// <summary>The project, or null.</summary>
    [AlwaysInterleave, Alias("get")]
    Task<ProjectView?> GetAsync(CancellationToken cancellationToken);

    /// <summary>Replaces the settings when <paramref name="ifMatch"/> is the current ETag. A changed guideline becomes a new version.</summary>
    [Alias("update")]
    Task<Outcome<ProjectView>> UpdateAsync(ProjectSettings settings, string ifMatch, CancellationToken cancellationToken);

    /// <summary>One second's tick of the loop: reads shard positions, applies <c>LoopRules</c>, plans rounds and generations, and lists work that needs I/O.</summary>
    /// <remarks>Level-triggered: calling it twice, or after a crash, repeats nothing that is done.</remarks>
    [Alias("advance")]
    Task<ImmutableArray<LoopWork>> AdvanceAsync(CancellationToken cancellationToken);

    /// <summary>Counts of the last tick; at most a second old.</summary>
    [AlwaysInterleave, Alias("progress")]
    Task<ProjectProgress> GetProgressAsync(CancellationToken cancellationToken);

    /// <summary>The next free import name, such as <c>i2</c>; for the same key always the same.</summary>
    [Alias("reserve-import")]
    Task<string> ReserveImportAsync(string idempotencyKey, CancellationToken cancellationToken);
}

/// <summary>A project as it stands.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.project-view")]
public sealed record ProjectView
{
    /// <summary>The slug.</summary>
    [Id(0)] public required ProjectId Id { get; init; }

    /// <summary>Settings.</summary>
    [Id(1)] public required ProjectSettings Settings { get; init; }

    /// <summary>Version of the settings, for If-Match.</summary>
    [Id(2)] public required string ETag { get; init; }

    /// <summary>Ledger shards, fixed at creation.</summary>
    [Id(3)] public required int Shards { get; init; }

    /// <summary>Guideline version, from 1.</summary>
    [Id(4)] public required int Guideline { get; init; }

    /// <summary>When it was created.</summary>
    [Id(5)] public required DateTimeOffset Created { get; init; }

    /// <summary>The policy that writes the next pairs, or null.</summary>
    [Id(6)] public string? ActivePolicy { get; init; }
}

/// <summary>Counts for pages and the API.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.project-progress")]
public sealed record ProjectProgress
{
    /// <summary>Pairs known.</summary>
    [Id(0)] public int Pairs { get; init; }

    /// <summary>Live counted votes.</summary>
    [Id(1)] public int CountedVotes { get; init; }

    /// <summary>Counted votes since the last round's version.</summary>
    [Id(2)] public int NewVotes { get; init; }

    /// <summary>Open vote slots.</summary>
    [Id(3)] public int OpenVoteSlots { get; init; }

    /// <summary>Votes at which the next round starts, 0 when off.</summary>
    [Id(4)] public int JudgmentsTrigger { get; init; }

    /// <summary>Pairs that wait for review.</summary>
    [Id(5)] public int InReview { get; init; }

    /// <summary>The round under way, or null.</summary>
    [Id(6)] public string? Round { get; init; }

    /// <summary>The generation under way, or null.</summary>
    [Id(7)] public string? Generation { get; init; }

    /// <summary>One sentence that says what the loop waits for.</summary>
    [Id(8)] public string WaitsFor { get; init; } = "";
}

/// <summary>Work outside of turns that the loop asks a hosted service to do. Doing it twice is harmless.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of which version, round or generation.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.loop-work")]
public sealed record LoopWork(LoopWorkKind Kind, string Name);

/// <summary>Kinds of <see cref="LoopWork"/>.</summary>
public enum LoopWorkKind
{
    /// <summary>Build and publish a dataset version whose cut is in the ledger.</summary>
    BuildVersion,

    /// <summary>Write the job specification of a round's training and queue it.</summary>
    QueueTraining,

    /// <summary>Write the job specification of a round's evaluation and queue it.</summary>
    QueueEvaluation,

    /// <summary>Make head-to-head pairs of a round's evaluation responses.</summary>
    MakeHeadToHead,

    /// <summary>Decide a round by its gate.</summary>
    DecideGate,

    /// <summary>Write the job specification of a generation and queue it.</summary>
    QueueGeneration,

    /// <summary>Make pairs of a generation's responses.</summary>
    MakePairs,

    /// <summary>Close the head-to-head pairs of a round that ended before they were judged.</summary>
    ClosePairs,
}
