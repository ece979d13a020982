namespace Orleans.Runtime;

/// <summary>Which tick this is.</summary>
[GenerateSerializer, Immutable]
public readonly struct TickStatus(DateTime firstTickTime, TimeSpan period, DateTime timeStamp)
{
    /// <summary>When the reminder first ticked or was to tick, UTC.</summary>
    [Id(0)]
    public DateTime FirstTickTime { get; } = firstTickTime;
    /// <summary>The period.</summary>
    [Id(1)]
    public TimeSpan Period { get; } = period;
    /// <summary>When this tick was sent, UTC.</summary>
    [Id(2)]
    public DateTime CurrentTickTime { get; } = timeStamp;
}
