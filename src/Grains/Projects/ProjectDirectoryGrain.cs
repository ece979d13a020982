using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Dpo.Grains.Projects;

internal sealed class ProjectDirectoryGrain([PersistentState("state", "blob")] IPersistentState<ProjectDirectoryState> state) : Grain, IProjectDirectoryGrain
{
    public async Task AddAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var before = state.State;
        if (before.Projects.Contains(project.Value))
        {
            return;
        }

        state.State = new() { Projects = [.. before.Projects.Append(project.Value).Order(StringComparer.Ordinal)] };
        try
        {
            await state.WriteStateAsync(cancellationToken);
        }
        catch
        {
            state.State = before;
            throw;
        }
    }

    public Task<ImmutableArray<ProjectId>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(state.State.Projects.Select(slug => new ProjectId(slug)).ToImmutableArray());
}
