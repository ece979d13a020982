namespace Orleans;

/// <summary>A service that joins a lifecycle by itself.</summary>
public interface ILifecycleParticipant<TLifecycleObservable> where TLifecycleObservable : ILifecycleObservable
{
    /// <summary>Subscribes to the stages it needs.</summary>
    void Participate(TLifecycleObservable lifecycle);
}
