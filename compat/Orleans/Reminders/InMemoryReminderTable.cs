using System.Globalization;
using Orleans.Runtime;

namespace Orleans.Reminders;

/// <summary>Reminders in this process.</summary>
internal sealed class InMemoryReminderTable : IReminderTable
{
    private readonly Dictionary<(GrainId, string), ReminderEntry> _rows = [];
    private long _version;

    public Task<ReminderTableData> ReadRows(GrainId grainId) => Select(row => row.GrainId == grainId);
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => Select(row =>
    {
        var hash = row.GrainId.GetUniformHashCode();
        return begin < end ? hash > begin && hash <= end : hash > begin || hash <= end;
    });

    public Task<ReminderEntry> ReadRow(GrainId grainId, string reminderName)
    {
        lock (_rows)
        {
            return Task.FromResult(_rows.TryGetValue((grainId, reminderName), out var row) ? Copy(row) : null!);
        }
    }

    public Task<string> UpsertRow(ReminderEntry entry)
    {
        lock (_rows)
        {
            var row = Copy(entry);
            row.ETag = (++_version).ToString(CultureInfo.InvariantCulture);
            _rows[(row.GrainId, row.ReminderName)] = row;
            return Task.FromResult(row.ETag);
        }
    }

    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag)
    {
        lock (_rows)
        {
            var removed = _rows.TryGetValue((grainId, reminderName), out var row) && row.ETag == eTag && _rows.Remove((grainId, reminderName));
            return Task.FromResult(removed);
        }
    }

    public Task TestOnlyClearTable()
    {
        lock (_rows)
        {
            _rows.Clear();
        }

        return Task.CompletedTask;
    }

    private static ReminderEntry Copy(ReminderEntry row) =>
        new() { GrainId = row.GrainId, ReminderName = row.ReminderName, StartAt = row.StartAt, Period = row.Period, ETag = row.ETag };

    private Task<ReminderTableData> Select(Func<ReminderEntry, bool> predicate)
    {
        lock (_rows)
        {
            return Task.FromResult(new ReminderTableData(_rows.Values.Where(predicate).Select(Copy)));
        }
    }
}
