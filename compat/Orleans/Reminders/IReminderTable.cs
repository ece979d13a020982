using Orleans.Runtime;

namespace Orleans;

/// <summary>Where reminders are stored.</summary>
public interface IReminderTable
{
    /// <summary>Opens the table.</summary>
    Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
    /// <summary>All reminders of a grain.</summary>
    Task<ReminderTableData> ReadRows(GrainId grainId);
    /// <summary>All reminders whose grain's hash lies in (begin, end]; begin ≥ end wraps round, equal means all.</summary>
    Task<ReminderTableData> ReadRows(uint begin, uint end);
    /// <summary>One reminder, or null.</summary>
    Task<ReminderEntry> ReadRow(GrainId grainId, string reminderName);
    /// <summary>Stores one; answers its new ETag.</summary>
    Task<string> UpsertRow(ReminderEntry entry);
    /// <summary>Removes one if the ETag is still the stored one.</summary>
    Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag);
    /// <summary>Removes all, for tests.</summary>
    Task TestOnlyClearTable();
    /// <summary>Closes the table.</summary>
    Task StopAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
