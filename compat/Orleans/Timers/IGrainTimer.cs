namespace Orleans.Runtime;

/// <summary>A timer whose ticks are turns of one activation.</summary>
public interface IGrainTimer : IDisposable
{
    /// <summary>Sets new times; inside a tick they apply after it.</summary>
    void Change(TimeSpan dueTime, TimeSpan period);
}
