using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>State of one activation over a provider.</summary>
internal sealed class PersistentState<TState> : IPersistentState<TState>
{
    private readonly IGrainContext _context;
    private readonly IGrainStorage _store;
    private readonly string _name;
    private readonly GrainState<TState> _state = new(New());

    public PersistentState(IGrainContext context, IGrainStorage store, string name)
    {
        (_context, _store, _name) = (context, store, name);
        context.ObservableLifecycle.Subscribe<PersistentState<TState>>(GrainLifecycleStage.SetupState, _ => ReadStateAsync());
    }

    public TState State
    {
        get => _state.State;
        set => _state.State = value;
    }

    public string? Etag => _state.ETag;
    public bool RecordExists => _state.RecordExists;
    public Task ReadStateAsync() => RunAsync(_store.ReadStateAsync, nameof(ReadStateAsync));
    public Task WriteStateAsync() => RunAsync(_store.WriteStateAsync, nameof(WriteStateAsync));
    public async Task ClearStateAsync()
    {
        await RunAsync(_store.ClearStateAsync, nameof(ClearStateAsync));
        _state.State = New();
    }

    private static TState New() => Activator.CreateInstance<TState>();
    private async Task RunAsync(Func<string, GrainId, IGrainState<TState>, Task> operation, string what)
    {
        try
        {
            await operation(_name, _context.GrainId, _state);
            _state.State ??= New();
        }
        catch (Exception exception) when (exception is not OrleansException)
        {
            throw new OrleansException($"Error from storage provider {_store.GetType().Name}.{_name} during {what} for grain {_context.GrainId}: {exception.Message}", exception);
        }
    }
}
