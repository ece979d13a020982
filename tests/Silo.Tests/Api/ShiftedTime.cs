namespace Orleans.Dpo.Silo.Tests.Api;

/// <summary>Real time, and an offset that a test moves on: leases lapse at once while timers and timeouts of the host keep working.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long _ticks;
    private long _jumped;

    /// <summary>Sets the clock on the wall, forwards or back; time itself goes on as before.</summary>
    public void Jump(TimeSpan by) => Interlocked.Add(ref _jumped, by.Ticks);

    public void Advance(TimeSpan by) => Interlocked.Add(ref _ticks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UtcNow.AddTicks(Interlocked.Read(ref _ticks) + Interlocked.Read(ref _jumped));

    public override long GetTimestamp() => base.GetTimestamp() + (long)(Interlocked.Read(ref _ticks) / (double)TimeSpan.TicksPerSecond * TimestampFrequency);
}
