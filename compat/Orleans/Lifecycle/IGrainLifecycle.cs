namespace Orleans.Runtime;

/// <summary>An activation's lifecycle.</summary>
public interface IGrainLifecycle : ILifecycleObservable;
