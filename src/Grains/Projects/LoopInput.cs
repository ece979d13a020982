using System.Collections.Immutable;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Policies;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Everything one step of a project's loop depends on.</summary>
public sealed record LoopInput
{
    /// <summary>The project.</summary>
    public required ProjectId Project { get; init; }

    /// <summary>Its settings.</summary>
    public required ProjectSettings Settings { get; init; }

    /// <summary>When it was created; the first cron minute is after it.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>All shards.</summary>
    public ImmutableArray<ShardStatus> Shards { get; init; } = [];

    /// <summary>Rounds, newest first; the last ones are enough.</summary>
    public ImmutableArray<RoundView> Rounds { get; init; } = [];

    /// <summary>Generations, newest first; the last ones are enough.</summary>
    public ImmutableArray<GenerationView> Generations { get; init; } = [];

    /// <summary>The active policy, or null.</summary>
    public ActivePolicy? Active { get; init; }

    /// <summary>Prompts.</summary>
    public PromptCounts Prompts { get; init; } = new(0, 0);

    /// <summary>Jobs of this project.</summary>
    public ImmutableArray<JobView> Jobs { get; init; } = [];

    /// <summary>Versions that are cut and not built.</summary>
    public ImmutableArray<VersionView> Building { get; init; } = [];

    /// <summary>The newest version, whatever became of it; null before the first.</summary>
    public VersionView? Newest { get; init; }

    /// <summary>Version of the round that is next in line, once cut.</summary>
    public VersionView? RoundVersion { get; init; }

    /// <summary>Counted votes at the cut of the newest round that had one; 0 before.</summary>
    public int VotesAtLastRound { get; init; }
}
