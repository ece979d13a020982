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

/// <summary>A wish for pairs.</summary>
/// <param name="Reason">low-water, promoted or manual.</param>
/// <param name="IdempotencyKey">The same key gives the same generation.</param>
/// <param name="Pairs">Pairs wanted, or null for the project's setting.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.plan-generation")]
public sealed record PlanGeneration(string Reason, string IdempotencyKey, int? Pairs);

/// <summary>States of a generation.</summary>
public enum GenerationState
{
    /// <summary>Planned; its job is being written.</summary>
    Planned,

    /// <summary>Waits for a worker.</summary>
    Queued,

    /// <summary>A worker samples.</summary>
    Running,

    /// <summary>Responses are uploaded; pairs are being made.</summary>
    Pairing,

    /// <summary>Its pairs are in the queue.</summary>
    Done,

    /// <summary>It could not be finished.</summary>
    Failed,
}

/// <summary>A step.</summary>
/// <param name="State">The state reached.</param>
/// <param name="Pairs">Done: pairs made.</param>
/// <param name="Dropped">Done: prompts whose responses were identical, empty or unfinished.</param>
/// <param name="Reason">Failed: why.</param>
/// <param name="Responses">Pairing: blob of the uploaded responses, one <see cref="Formats.JobResponse"/> a line.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.generation-step")]
public sealed record GenerationStep(GenerationState State, int Pairs = 0, int Dropped = 0, Refusal? Reason = null, string? Responses = null);

/// <summary>A generation.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.generation-view")]
public sealed record GenerationView
{
    /// <summary>Number; the name is <c>g</c> and the number.</summary>
    [Id(0)] public required int Number { get; init; }

    /// <summary>State.</summary>
    [Id(1)] public required GenerationState State { get; init; }

    /// <summary>The policy that writes.</summary>
    [Id(2)] public required string Policy { get; init; }

    /// <summary>Its parent for old-against-new pairs, or null.</summary>
    [Id(3)] public string? Opponent { get; init; }

    /// <summary>Settings as they were.</summary>
    [Id(4)] public required Projects.GenerationSettings Settings { get; init; }

    /// <summary>Cursor into the seeded prompt order.</summary>
    [Id(5)] public required long PromptCursor { get; init; }

    /// <summary>Prompts drawn.</summary>
    [Id(6)] public required int Prompts { get; init; }

    /// <summary>Pairs made.</summary>
    [Id(7)] public int Pairs { get; init; }

    /// <summary>Prompts without a usable pair.</summary>
    [Id(8)] public int Dropped { get; init; }

    /// <summary>When it was planned.</summary>
    [Id(9)] public required DateTimeOffset Planned { get; init; }

    /// <summary>Why it failed.</summary>
    [Id(10)] public string Reason { get; init; } = "";

    /// <summary>Blob of its responses, once uploaded.</summary>
    [Id(11)] public string? Responses { get; init; }

    /// <summary>What started it: low-water, promoted or manual.</summary>
    [Id(12)] public string Trigger { get; init; } = "manual";
}
