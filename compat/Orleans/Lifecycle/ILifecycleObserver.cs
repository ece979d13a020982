namespace Orleans;

/// <summary>Something that starts and stops with a lifecycle.</summary>
public interface ILifecycleObserver
{
    /// <summary>Starts; throwing fails the whole start.</summary>
    Task OnStart(CancellationToken cancellationToken = default);
    /// <summary>Stops.</summary>
    Task OnStop(CancellationToken cancellationToken = default);
}
