namespace Orleans.Dpo.Grains.Generations;

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
