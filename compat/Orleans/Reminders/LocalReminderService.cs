using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Reminders;

internal sealed class LocalReminderService(IReminderTable table) : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>
{
    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<LocalReminderService>(ServiceLifecycleStage.Active, table.StartAsync, table.StopAsync);

    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        var entry = new ReminderEntry { GrainId = callingGrainId, ReminderName = reminderName, StartAt = DateTime.UtcNow + dueTime, Period = period };
        entry.ETag = await table.UpsertRow(entry);
        return new Handle(entry);
    }

    public Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder) =>
        table.RemoveRow(callingGrainId, reminder.ReminderName, ((Handle)reminder).Entry.ETag);

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        await table.ReadRow(callingGrainId, reminderName) is { } entry ? new Handle(entry) : null;

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        [.. (await table.ReadRows(callingGrainId)).Reminders.Select(entry => new Handle(entry))];

    internal sealed class Handle(ReminderEntry entry) : IGrainReminder
    {
        public ReminderEntry Entry { get; } = entry;

        public string ReminderName => Entry.ReminderName;
    }
}
