namespace Orleans.Runtime;

/// <summary>The silo's lifecycle.</summary>
public interface ISiloLifecycle : ILifecycleObservable
{
    /// <summary>The last stage that started.</summary>
    int HighestCompletedStage { get; }
    /// <summary>The last stage that stopped; int.MaxValue before stopping begins.</summary>
    int LowestStoppedStage { get; }
}
