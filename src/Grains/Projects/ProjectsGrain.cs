using System.Collections.Immutable;
using Orleans.Runtime;

namespace Orleans.Dpo.Grains.Projects;

internal sealed class ProjectsGrain([PersistentState("state", "blob")] IPersistentState<ProjectsState> state) : Grain, IProjectsGrain
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
            DeactivateOnIdle();
            throw;
        }
    }

    public Task<ImmutableArray<ProjectId>> ListAsync(CancellationToken cancellationToken) =>
        Task.FromResult(state.State.Projects.Select(slug => new ProjectId(slug)).ToImmutableArray());
}
