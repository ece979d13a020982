using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans;

/// <summary>Reminders of a grain: stored timers that outlive activations and silos.</summary>
public static class GrainReminderExtensions
{
    /// <summary>Registers or replaces one. ArgumentException for a period below the minimum.</summary>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this IGrainBase grain, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
        return Registry(grain, remindable: true).RegisterOrUpdateReminder(grain.GrainContext.GrainId, reminderName, dueTime, period);
    }

    /// <inheritdoc cref="RegisterOrUpdateReminder(IGrainBase, string, TimeSpan, TimeSpan)"/>
    public static Task<IGrainReminder> RegisterOrUpdateReminder(this Grain grain, string reminderName, TimeSpan dueTime, TimeSpan period) =>
        RegisterOrUpdateReminder((IGrainBase)grain, reminderName, dueTime, period);

    /// <summary>Removes one.</summary>
    public static Task UnregisterReminder(this IGrainBase grain, IGrainReminder reminder) =>
        Registry(grain, remindable: false).UnregisterReminder(grain.GrainContext.GrainId, reminder);

    /// <inheritdoc cref="UnregisterReminder(IGrainBase, IGrainReminder)"/>
    public static Task UnregisterReminder(this Grain grain, IGrainReminder reminder) => UnregisterReminder((IGrainBase)grain, reminder);
    /// <summary>One by name, or null.</summary>
    public static Task<IGrainReminder?> GetReminder(this IGrainBase grain, string reminderName)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reminderName);
        return Registry(grain, remindable: false).GetReminder(grain.GrainContext.GrainId, reminderName);
    }

    /// <inheritdoc cref="GetReminder(IGrainBase, string)"/>
    public static Task<IGrainReminder?> GetReminder(this Grain grain, string reminderName) => GetReminder((IGrainBase)grain, reminderName);
    /// <summary>All of this grain.</summary>
    public static Task<List<IGrainReminder>> GetReminders(this IGrainBase grain) =>
        Registry(grain, remindable: false).GetReminders(grain.GrainContext.GrainId);

    /// <inheritdoc cref="GetReminders(IGrainBase)"/>
    public static Task<List<IGrainReminder>> GetReminders(this Grain grain) => GetReminders((IGrainBase)grain);
    private static IReminderRegistry Registry(IGrainBase grain, bool remindable)
    {
        ArgumentNullException.ThrowIfNull(grain);
        if (remindable && grain is not IRemindable)
        {
            throw new InvalidOperationException($"Grain {grain.GrainContext.GrainId} is not '{nameof(IRemindable)}'. A grain should implement {nameof(IRemindable)} to use the persistent reminder service");
        }

        return grain.GrainContext.ActivationServices.GetRequiredService<IReminderRegistry>();
    }
}
