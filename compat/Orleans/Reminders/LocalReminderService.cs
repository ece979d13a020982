using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Timers;

namespace Orleans.Reminders;

/// <summary>Ticks the reminders of the table. Ticks that were missed are skipped, not replayed.</summary>
internal sealed class LocalReminderService(IReminderTable table, Silo silo, IOptions<ReminderOptions> options, ILogger<LocalReminderService> log)
    : IReminderRegistry, ILifecycleParticipant<ISiloLifecycle>, IDisposable
{
    private readonly Dictionary<(GrainId GrainId, string Name), Schedule> _schedules = [];
    private ITimer? _refresh;
    private bool _stopped;

    public void Participate(ISiloLifecycle lifecycle) => lifecycle.Subscribe<LocalReminderService>(ServiceLifecycleStage.Active, StartAsync, StopAsync);
    public async Task<IGrainReminder> RegisterOrUpdateReminder(GrainId callingGrainId, string reminderName, TimeSpan dueTime, TimeSpan period)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dueTime, TimeSpan.Zero);
        if (period < options.Value.MinimumReminderPeriod)
        {
            throw new ArgumentException($"Cannot register reminder {reminderName} as requested period ({period}) is less than minimum allowed reminder period ({options.Value.MinimumReminderPeriod})");
        }

        var entry = new ReminderEntry { GrainId = callingGrainId, ReminderName = reminderName, StartAt = silo.Time.GetUtcNow().UtcDateTime + dueTime, Period = period };
        entry.ETag = await table.UpsertRow(entry) ?? throw new ReminderException($"Could not register reminder {reminderName} of {callingGrainId}. Please try again later.");
        // A due time of zero is already over when the real one looks: the first tick is a whole period away.
        Follow(entry, dueTime > TimeSpan.Zero ? dueTime : period);
        return new Handle(entry);
    }

    public async Task UnregisterReminder(GrainId callingGrainId, IGrainReminder reminder)
    {
        var entry = ((Handle)reminder).Entry;
        if (!await table.RemoveRow(callingGrainId, entry.ReminderName, entry.ETag))
        {
            throw new ReminderException($"Could not unregister reminder {entry.ReminderName} of {callingGrainId} from the reminder table, due to tag mismatch. You can retry.");
        }

        Drop((callingGrainId, entry.ReminderName));
    }

    public async Task<IGrainReminder?> GetReminder(GrainId callingGrainId, string reminderName) =>
        await table.ReadRow(callingGrainId, reminderName) is { } entry ? new Handle(entry) : null;

    public async Task<List<IGrainReminder>> GetReminders(GrainId callingGrainId) =>
        [.. (await table.ReadRows(callingGrainId)).Reminders.Select(entry => new Handle(entry))];

    public void Dispose()
    {
        lock (_schedules)
        {
            _stopped = true;
            _refresh?.Dispose();
            foreach (var schedule in _schedules.Values)
            {
                schedule.Dispose();
            }

            _schedules.Clear();
        }
    }

    private async Task StartAsync(CancellationToken cancellationToken)
    {
        await table.StartAsync(cancellationToken);
        await ReadTableAsync();
        var period = options.Value.RefreshReminderListPeriod;
        _refresh = silo.Time.CreateTimer(_ => _ = RefreshAsync(), null, period, period);
    }

    private async Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        await table.StopAsync(cancellationToken);
    }

    private async Task RefreshAsync()
    {
        try
        {
            await ReadTableAsync();
        }
        catch (Exception exception)
        {
            SiloLog.RemindersUnread(log, exception);
        }
    }

    private async Task ReadTableAsync()
    {
        var rows = (await table.ReadRows(0, 0)).Reminders;
        (GrainId, string)[] gone;
        lock (_schedules)
        {
            gone = [.. _schedules.Keys.Except(rows.Select(row => (row.GrainId, row.ReminderName)))];
        }

        Array.ForEach(gone, Drop);
        foreach (var row in rows)
        {
            Follow(row);
        }
    }

    private void Follow(ReminderEntry entry, TimeSpan? firstWait = null)
    {
        lock (_schedules)
        {
            var key = (entry.GrainId, entry.ReminderName);
            if (_stopped || (_schedules.TryGetValue(key, out var known) && known.ETag == entry.ETag))
            {
                return;
            }

            Drop(key);
            _schedules[key] = new(silo, entry, firstWait, log);
        }
    }

    private void Drop((GrainId, string) key)
    {
        lock (_schedules)
        {
            if (_schedules.Remove(key, out var schedule))
            {
                schedule.Dispose();
            }
        }
    }

    private sealed class Handle(ReminderEntry entry) : IGrainReminder
    {
        public ReminderEntry Entry { get; } = entry;

        public string ReminderName => Entry.ReminderName;
    }

    private sealed class Schedule : IDisposable
    {
        private readonly Silo _silo;
        private readonly ReminderEntry _entry;
        private readonly ILogger _log;
        private readonly ITimer _timer;

        public Schedule(Silo silo, ReminderEntry entry, TimeSpan? firstWait, ILogger log)
        {
            (_silo, _entry, _log) = (silo, entry, log);
            _timer = silo.Time.CreateTimer(_ => _ = TickAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Arm(firstWait);
        }

        public string ETag => _entry.ETag;

        public void Dispose() => _timer.Dispose();

        private void Arm(TimeSpan? firstWait = null)
        {
            var wait = firstWait ?? _entry.StartAt - _silo.Time.GetUtcNow().UtcDateTime;
            if (wait < TimeSpan.Zero)
            {
                wait = _entry.Period - TimeSpan.FromTicks(-wait.Ticks % _entry.Period.Ticks);
            }

            _timer.Change(wait, Timeout.InfiniteTimeSpan);
        }

        private async Task TickAsync()
        {
            try
            {
                var grain = (IRemindable)(object)_silo.Endpoint.CreateReference(_entry.GrainId, typeof(IRemindable));
                await grain.ReceiveReminder(_entry.ReminderName, new(_entry.StartAt, _entry.Period, _silo.Time.GetUtcNow().UtcDateTime));
            }
            catch (Exception exception)
            {
                SiloLog.ReminderFailed(_log, exception, _entry.ReminderName, _entry.GrainId);
            }

            Arm();
        }
    }
}
