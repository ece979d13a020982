namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>Puts all adapters of a model into one mode until disposed.</summary>
internal sealed class AdapterScope : IDisposable
{
    private readonly (LoraAdapter Adapter, AdapterMode Before)[] _adapters;

    public AdapterScope(IEnumerable<LoraAdapter> adapters, AdapterMode mode)
    {
        _adapters = [.. adapters.Select(adapter => (adapter, adapter.Mode))];
        foreach (var (adapter, _) in _adapters)
        {
            adapter.Mode = mode;
        }
    }

    public void Dispose()
    {
        foreach (var (adapter, before) in _adapters)
        {
            adapter.Mode = before;
        }
    }
}
