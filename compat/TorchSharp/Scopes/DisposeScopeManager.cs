namespace TorchSharp;

/// <summary>The scopes of one thread: other threads have none of them.</summary>
public sealed class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? s_thread;

    private DisposeScope? _current;

    /// <summary>What this thread's scopes have done.</summary>
    public static ThreadDisposeScopeStatistics Statistics => Thread.Counts;

    internal static DisposeScope? Current => Thread._current;

    private static DisposeScopeManager Thread => s_thread ??= new DisposeScopeManager();

    private ThreadDisposeScopeStatistics Counts { get; } = new();

    internal static DisposeScope Open()
    {
        var manager = Thread;
        return manager._current = new DisposeScope(manager, manager._current);
    }

    internal static void Register(torch.Tensor tensor)
    {
        var manager = Thread;
        if (manager._current is { } scope)
        {
            scope.Add(tensor);
            manager.Counts.CreatedInScopeCount++;
        }
        else
        {
            manager.Counts.CreatedOutsideScopeCount++;
        }
    }

    // Scopes may be closed out of order; the rest stay linked.
    internal void Close(DisposeScope scope)
    {
        if (ReferenceEquals(_current, scope))
        {
            _current = scope.OuterScope;
            return;
        }

        for (var inner = _current; inner is not null; inner = inner.OuterScope)
        {
            if (ReferenceEquals(inner.OuterScope, scope))
            {
                inner.OuterScope = scope.OuterScope;
                return;
            }
        }
    }

    internal void CountAttached() => Counts.AttachedToScopeCount++;

    internal void CountDetached() => Counts.DetachedFromScopeCount++;

    internal void CountDisposed() => Counts.DisposedInScopeCount++;

    internal void CountLeft() => Counts.LeftScopeCount++;
}
