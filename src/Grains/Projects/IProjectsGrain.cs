using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>The list of projects. Key: <c>_</c>. A project adds itself before it answers its creation.</summary>
[Alias("orleans.dpo.projects")]
public interface IProjectsGrain : IGrainWithStringKey
{
    /// <summary>Adds a project; a known one changes nothing.</summary>
    [Alias("add")]
    Task AddAsync(ProjectId project, CancellationToken cancellationToken);

    /// <summary>All, in ordinal order.</summary>
    [AlwaysInterleave, Alias("list")]
    Task<ImmutableArray<ProjectId>> ListAsync(CancellationToken cancellationToken);
}
