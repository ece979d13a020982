using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Generations;

/// <summary>A project's generations. Key: the project.</summary>
[Alias("orleans.dpo.generations")]
public interface IGenerationsGrain : IGrainWithStringKey
{
    /// <summary>Plans a generation by the active policy; the same key gives the same one.</summary>
    [Alias("plan")]
    Task<Outcome<GenerationView>> PlanAsync(PlanGeneration request, CancellationToken cancellationToken);

    /// <summary>Moves it on. Applying a step twice changes nothing.</summary>
    [Alias("apply")]
    Task<Outcome<GenerationView>> ApplyAsync(string generation, GenerationStep step, CancellationToken cancellationToken);

    /// <summary>One, or null.</summary>
    [ReadOnly, Alias("get")]
    Task<GenerationView?> GetAsync(string generation, CancellationToken cancellationToken);

    /// <summary>Newest first, below a number.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<GenerationView>> ListAsync(int? before, int count, CancellationToken cancellationToken);
}
