namespace TorchSharp;

/// <summary>Counts of one thread since it started or since <see cref="Reset"/>.</summary>
public sealed class ThreadDisposeScopeStatistics
{
    /// <summary>Tensors made while no scope was open.</summary>
    public long CreatedOutsideScopeCount { get; internal set; }
    /// <summary>Tensors made in a scope.</summary>
    public long CreatedInScopeCount { get; internal set; }
    /// <summary>Tensors disposed while a scope held them.</summary>
    public long DisposedInScopeCount { get; internal set; }
    /// <summary>Tensors taken into a scope by hand, moves included.</summary>
    public long AttachedToScopeCount { get; internal set; }
    /// <summary>Tensors taken out of every scope.</summary>
    public long DetachedFromScopeCount { get; internal set; }
    /// <summary>Tensors that the thread's scopes hold now.</summary>
    public long ThreadTotalLiveCount => CreatedInScopeCount + AttachedToScopeCount - LeftScopeCount;

    internal long LeftScopeCount { get; set; }

    /// <summary>Sets all counts to zero.</summary>
    public void Reset() =>
        CreatedOutsideScopeCount = CreatedInScopeCount =
            DisposedInScopeCount = AttachedToScopeCount = DetachedFromScopeCount = LeftScopeCount = 0;
}
