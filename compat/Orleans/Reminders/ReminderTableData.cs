namespace Orleans;

/// <summary>Rows of a reminder table.</summary>
public sealed class ReminderTableData
{
    /// <summary>No rows.</summary>
    public ReminderTableData() => Reminders = [];
    /// <summary>One row.</summary>
    public ReminderTableData(ReminderEntry entry) => Reminders = [entry];
    /// <summary>Rows.</summary>
    public ReminderTableData(IEnumerable<ReminderEntry> list) => Reminders = [.. list];
    /// <summary>The rows.</summary>
    public IList<ReminderEntry> Reminders { get; }
}
