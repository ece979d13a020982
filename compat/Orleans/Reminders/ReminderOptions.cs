namespace Orleans.Hosting;

/// <summary>Options of reminders.</summary>
public sealed class ReminderOptions
{
    /// <summary>The shortest period accepted; 1 minute.</summary>
    public TimeSpan MinimumReminderPeriod { get; set; } = TimeSpan.FromMinutes(1);
    /// <summary>How often the table is read again; 5 minutes.</summary>
    public TimeSpan RefreshReminderListPeriod { get; set; } = TimeSpan.FromMinutes(5);
    /// <summary>How long the table may take to open; 5 minutes.</summary>
    public TimeSpan InitializationTimeout { get; set; } = TimeSpan.FromMinutes(5);
}
