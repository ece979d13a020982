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
