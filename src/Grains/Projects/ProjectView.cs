namespace Orleans.Dpo.Grains.Projects;

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
