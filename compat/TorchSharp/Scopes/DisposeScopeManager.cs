namespace TorchSharp;

/// <summary>The scopes of one thread: other threads have none of them.</summary>
public sealed class DisposeScopeManager
{
    [ThreadStatic]
    private static DisposeScopeManager? s_thread;

    private DisposeScope? _current;
    private List<torch.Tensor>? _spare;

    /// <summary>Frees what the open scopes of a thread hold that has ended. A tensor still in use keeps its scope, and that its manager, alive.</summary>
    ~DisposeScopeManager()
    {
        for (var scope = _current; scope is not null; scope = scope.OuterScope)
        {
            scope.Abandon();
        }
    }

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
            tensor.Keep();
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

    internal void CountDisposed(int count)
    {
        Counts.DisposedInScopeCount += count;
        Counts.LeftScopeCount += count;
    }

    internal void CountLeft(int count) => Counts.LeftScopeCount += count;

    /// <summary>An empty list for a scope: one that a scope of this thread gave back, as there is a scope a step.</summary>
    internal List<torch.Tensor> Rent()
    {
        var list = _spare ?? [];
        _spare = null;
        return list;
    }

    // Only on the thread itself: a scope may be disposed elsewhere.
    internal void Return(List<torch.Tensor> list)
    {
        if (ReferenceEquals(this, s_thread))
        {
            _spare = list;
        }
    }
}
