namespace Orleans.Dpo.Grains.Projects;

/// <summary>One version of a project's settings; its number is the project's ETag.</summary>
public sealed record ProjectVersion
{
    /// <summary>Settings.</summary>
    public required ProjectSettings Settings { get; init; }

    /// <summary>Ledger shards, the same in every version.</summary>
    public required int Shards { get; init; }

    /// <summary>Version of the guideline.</summary>
    public required int Guideline { get; init; }

    /// <summary>When the project was created.</summary>
    public required DateTimeOffset Created { get; init; }
}
