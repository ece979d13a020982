using System.Collections.Immutable;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What one step does. All of it may be done twice.</summary>
public sealed record LoopPlan
{
    /// <summary>A round to plan.</summary>
    public PlanRound? Round { get; init; }

    /// <summary>A version to cut that no round waits for.</summary>
    public Datasets.CutRequest? Cut { get; init; }

    /// <summary>A generation to plan.</summary>
    public PlanGeneration? Generation { get; init; }

    /// <summary>Events to apply to rounds.</summary>
    public ImmutableArray<(string Round, RoundEvent Happened)> RoundEvents { get; init; } = [];

    /// <summary>Steps to apply to generations.</summary>
    public ImmutableArray<(string Generation, GenerationStep Step)> GenerationSteps { get; init; } = [];

    /// <summary>Jobs that nothing waits for any more.</summary>
    public ImmutableArray<JobKey> Cancel { get; init; } = [];

    /// <summary>Work for outside of turns.</summary>
    public ImmutableArray<LoopWork> Work { get; init; } = [];

    /// <summary>Counts, and what the loop waits for.</summary>
    public required ProjectProgress Progress { get; init; }
}
