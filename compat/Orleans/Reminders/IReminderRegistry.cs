using Orleans.Runtime;

namespace Orleans.Timers;

/// <summary>Registers reminders of grains.</summary>
public interface IReminderRegistry
{
    /// <summary>Registers or replaces one.</summary>
    Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period);
    /// <summary>Removes one.</summary>
    Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder);
    /// <summary>One by name, or null.</summary>
    Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName);
    /// <summary>All of a grain.</summary>
    Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId);
}
