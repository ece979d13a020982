using System.Runtime.InteropServices;

namespace TorchSharp;

/// <summary>Disposes the tensors made on its thread while it was the current scope, except those moved out or detached.</summary>
public sealed class DisposeScope : IDisposable
{
    private readonly List<torch.Tensor> _tensors;
    private readonly DisposeScopeManager _manager;
    private List<IDisposable>? _others;
    private bool _disposed;

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer)
    {
        _manager = manager;
        _tensors = manager.Rent();
        OuterScope = outer;
    }

    /// <summary>The scope that was current when this one was made.</summary>
    public DisposeScope? OuterScope { get; internal set; }
    /// <summary>How many disposables the scope holds.</summary>
    public int DisposablesCount => _disposed ? 0 : _tensors.Count + (_others?.Count ?? 0);
    /// <summary>Whether the scope holds the object.</summary>
    public bool Contains(IDisposable disposable) =>
        disposable is torch.Tensor tensor ? ReferenceEquals(tensor.OwningDisposeScope, this) : _others?.Contains(disposable) is true;
    /// <summary>Takes the object into the scope, out of any other.</summary>
    public T Attach<T>(T disposable)
        where T : IDisposable
    {
        // The list of a disposed scope is already another scope's.
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (disposable is torch.Tensor tensor)
        {
            tensor.OwningDisposeScope?.Forget(tensor);
            tensor.Unkeep();
            Add(tensor);
            _manager.CountAttached();
        }
        else
        {
            (_others ??= []).Add(disposable);
        }

        return disposable;
    }

    /// <summary>Moves the object to the outer scope; without one it is detached.</summary>
    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => MoveToOther(OuterScope, disposable);

    /// <summary>Moves the object to another scope; null detaches it.</summary>
    public T MoveToOther<T>(DisposeScope? scope, T disposable)
        where T : IDisposable
    {
        if (scope is null)
        {
            return Detach(disposable);
        }

        Remove(disposable);
        return scope.Attach(disposable);
    }

    /// <summary>Takes the object out of the scope: from here on somebody must dispose it.</summary>
    public T Detach<T>(T disposable)
        where T : IDisposable
    {
        Remove(disposable);
        (disposable as torch.Tensor)?.Keep();
        _manager.CountDetached();
        return disposable;
    }

    /// <summary>Disposes what the scope holds, and keeps the scope.</summary>
    public void DisposeEverything()
    {
        torch.Tensor.DisposeByScope(CollectionsMarshal.AsSpan(_tensors));
        _manager.CountDisposed(_tensors.Count);
        _tensors.Clear();
        _others?.ForEach(o => o.Dispose());
        _others?.Clear();
    }

    /// <summary>Disposes what the scope holds except this object.</summary>
    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut(new IDisposable[] { keep });
        return keep;
    }

    /// <summary>Disposes what the scope holds except these objects.</summary>
    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);
    /// <summary>Disposes what the scope holds except these objects.</summary>
    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var keep = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        for (var i = _tensors.Count - 1; i >= 0; i--)
        {
            if (!keep.Contains(_tensors[i]))
            {
                _tensors[i].Dispose();
            }
        }

        foreach (var other in (_others ?? []).Where(o => !keep.Contains(o)).ToArray())
        {
            _others!.Remove(other);
            other.Dispose();
        }
    }

    /// <summary>Disposes what the scope holds; the outer scope is current again.</summary>
    public void Dispose()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _manager.Close(this);
        DisposeEverything();
        _manager.Return(_tensors);
    }

    internal void Abandon() => torch.Tensor.DisposeByScope(CollectionsMarshal.AsSpan(_tensors));

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.ScopeIndex = _tensors.Count;
        _tensors.Add(tensor);
    }

    internal void ForgetDisposed(torch.Tensor tensor)
    {
        Forget(tensor);
        _manager.CountDisposed(1);
        _manager.CountLeft(-1);
    }

    /// <summary>Removes a tensor in constant time: the last one takes its place.</summary>
    internal void Forget(torch.Tensor tensor)
    {
        var last = _tensors.Count - 1;
        var moved = _tensors[last];
        _tensors[tensor.ScopeIndex] = moved;
        moved.ScopeIndex = tensor.ScopeIndex;
        _tensors.RemoveAt(last);
        tensor.OwningDisposeScope = null;
        _manager.CountLeft(1);
    }

    private void Remove(IDisposable disposable)
    {
        if (disposable is not torch.Tensor tensor)
        {
            _others?.Remove(disposable);
        }
        else if (ReferenceEquals(tensor.OwningDisposeScope, this))
        {
            Forget(tensor);
        }
    }
}
