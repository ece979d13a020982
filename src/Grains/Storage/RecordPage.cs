namespace Orleans.Dpo.Grains.Storage;

/// <summary>A stored page of a grain's numbered records.</summary>
public sealed record RecordPage<T> where T : class
{
    /// <summary>One slot a number, without gaps.</summary>
    public List<RecordSlot<T>> Slots { get; init; } = [];
}

/// <summary>One record, and the change that was under way when the page was written.</summary>
public sealed record RecordSlot<T> where T : class
{
    /// <summary>The record before the change; null for a new one.</summary>
    public T? Now { get; init; }

    /// <summary>The record after it.</summary>
    public T? Next { get; init; }

    /// <summary>The event that makes the change visible; null when the change is no event.</summary>
    public Ledger.ProjectEvent? Happened { get; init; }
}
