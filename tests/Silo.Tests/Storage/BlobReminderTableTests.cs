using System.Globalization;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Testing;
using Orleans.Runtime;

namespace Orleans.Dpo.Silo.Tests.Storage;

public sealed class BlobReminderTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BlobReminderTable _table;

    public BlobReminderTableTests() => _table = new BlobReminderTable(new FileBlobStore(_folder, TimeProvider.System));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_reminder_comes_back_as_it_was_stored()
    {
        var entry = Entry("rounds/p", "tick");
        entry.ETag = await _table.UpsertRow(entry);
        var row = await _table.ReadRow(entry.GrainId, "tick");
        Assert.Equal((entry.GrainId, "tick", entry.StartAt, entry.Period, entry.ETag), (row.GrainId, row.ReminderName, row.StartAt, row.Period, row.ETag));
        Assert.Null(await _table.ReadRow(entry.GrainId, "other"));
        Assert.Single((await _table.ReadRows(entry.GrainId)).Reminders);
    }

    [Fact]
    public async Task An_upsert_replaces_and_a_remove_spares_another_version()
    {
        var entry = Entry("rounds/p", "tick");
        var first = await _table.UpsertRow(entry);
        entry.Period = TimeSpan.FromHours(2);
        var second = await _table.UpsertRow(entry);
        Assert.False(await _table.RemoveRow(entry.GrainId, "tick", first));
        Assert.Equal(TimeSpan.FromHours(2), (await _table.ReadRow(entry.GrainId, "tick")).Period);
        Assert.True(await _table.RemoveRow(entry.GrainId, "tick", second));
    }

    [Fact]
    public async Task Ranges_share_all_reminders_out_without_overlap()
    {
        var entries = Enumerable.Range(0, 40).Select(n => Entry($"rounds/p{n}", "tick")).ToArray();
        foreach (var entry in entries)
        {
            await _table.UpsertRow(entry);
        }

        Assert.Equal(40, (await _table.ReadRows(0, 0)).Reminders.Count);
        var (low, high) = (await _table.ReadRows(1 << 30, 3u << 30), await _table.ReadRows(3u << 30, 1 << 30));
        Assert.Equal(40, low.Reminders.Count + high.Reminders.Count);
        Assert.Empty(low.Reminders.Select(row => row.GrainId).Intersect(high.Reminders.Select(row => row.GrainId)));
        await _table.TestOnlyClearTable();
        Assert.Empty((await _table.ReadRows(0, 0)).Reminders);
    }

    private static ReminderEntry Entry(string grain, string name) => new()
    {
        GrainId = GrainId.Parse(grain, CultureInfo.InvariantCulture),
        ReminderName = name,
        StartAt = new DateTime(2026, 1, 5, 12, 0, 0, DateTimeKind.Utc),
        Period = TimeSpan.FromHours(1),
    };
}
