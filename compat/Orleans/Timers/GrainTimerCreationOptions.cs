using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>How a grain timer ticks.</summary>
public readonly struct GrainTimerCreationOptions
{
    /// <summary>Set by properties.</summary>
    public GrainTimerCreationOptions()
    {
    }

    /// <summary>A due time and a period.</summary>
    [SetsRequiredMembers]
    public GrainTimerCreationOptions(TimeSpan dueTime, TimeSpan period)
    {
        DueTime = dueTime;
        Period = period;
    }

    /// <summary>Time to the first tick.</summary>
    public required TimeSpan DueTime { get; init; }
    /// <summary>Time from the end of one tick to the next; Timeout.InfiniteTimeSpan for one tick only.</summary>
    public required TimeSpan Period { get; init; }
    /// <summary>Ticks may run beside requests. Off by default.</summary>
    public bool Interleave { get; init; }
    /// <summary>Ticks count as use, so the activation is not collected. Off by default.</summary>
    public bool KeepAlive { get; init; }
}
