namespace Orleans.Dpo.Grains.Projects;

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
