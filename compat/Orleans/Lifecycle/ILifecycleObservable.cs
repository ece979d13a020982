namespace Orleans;

/// <summary>A lifecycle with numbered stages: started upwards, stopped downwards.</summary>
public interface ILifecycleObservable
{
    /// <summary>Joins a stage; dispose to leave.</summary>
    IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer);
}
