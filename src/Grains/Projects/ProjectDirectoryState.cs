namespace Orleans.Dpo.Grains.Projects;

/// <summary>What <see cref="ProjectDirectoryGrain"/> keeps.</summary>
public sealed record ProjectDirectoryState
{
    /// <summary>Slugs, in ordinal order.</summary>
    public List<string> Projects { get; init; } = [];
}
