using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>What the list of projects keeps; small, written once a project.</summary>
public sealed record ProjectsState
{
    /// <summary>Slugs, in ordinal order.</summary>
    public ImmutableArray<string> Projects { get; init; } = [];
}
