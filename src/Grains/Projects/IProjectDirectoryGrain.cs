using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>Which projects there are. Key: <c>_</c>.</summary>
[Alias("orleans.dpo.project-directory")]
public interface IProjectDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Adds a project; a known one changes nothing. Called by the project's grain before it answers that it was created.</summary>
    [Alias("add")]
    Task AddAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>All projects in ordinal order.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<ProjectId>> ListAsync(CancellationToken cancellationToken);
}
