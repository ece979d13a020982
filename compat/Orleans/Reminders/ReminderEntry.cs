using Orleans.Runtime;

namespace Orleans;

/// <summary>One stored reminder.</summary>
public sealed class ReminderEntry
{
    /// <summary>The grain.</summary>
    public GrainId GrainId { get; set; }
    /// <summary>The name.</summary>
    public string ReminderName { get; set; } = null!;
    /// <summary>The first tick, UTC.</summary>
    public DateTime StartAt { get; set; }
    /// <summary>The period.</summary>
    public TimeSpan Period { get; set; }
    /// <summary>The version.</summary>
    public string ETag { get; set; } = null!;
}
