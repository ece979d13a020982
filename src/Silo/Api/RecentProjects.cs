using System.Collections.Concurrent;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Endpoint metadata: the project as of a second ago will do. For what people do all day.</summary>
internal sealed record RecentProject;

/// <summary>Projects as they were read last: kept for <see cref="RecentProject"/> endpoints until an unsafe call of another kind here, and a second at most, for other hosts change them too.</summary>
internal sealed class RecentProjects(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan s_recent = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<ProjectId, Known> _known = new();
    private long _changes;

    /// <summary>The project, or null when there is none.</summary>
    public async ValueTask<ProjectView?> ReadAsync(ProjectId id, bool recent, CancellationToken cancellationToken)
    {
        // Counted before the read: what was read while it changed is not kept.
        var changes = Interlocked.Read(ref _changes);
        if (recent && _known.TryGetValue(id, out var known) && known.Changes == changes && time.GetElapsedTime(known.ReadAt) < s_recent)
        {
            return known.View;
        }

        var readAt = time.GetTimestamp();
        var view = await grains.GetGrain<IProjectGrain>(id.Value).GetAsync(cancellationToken);
        if (recent && view is not null)
        {
            _known[id] = new(view, changes, readAt);
        }

        return view;
    }

    /// <summary>Something may have changed a project.</summary>
    public void Changed() => Interlocked.Increment(ref _changes);

    private sealed record Known(ProjectView View, long Changes, long ReadAt);
}
