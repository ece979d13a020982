using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Storage;
using Orleans.Runtime;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Reminders as blobs, <c>_system/reminders/&lt;hash&gt;/&lt;grain&gt;/&lt;name&gt;.json</c>; the hash is the grain's, by which silos share them out.</summary>
public sealed class BlobReminderTable(IBlobStore store) : IReminderTable
{
    private const string Prefix = "_system/reminders/";

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(GrainId grainId)
    {
        var rows = new List<ReminderEntry>();
        await foreach (var blob in store.ListAsync(FolderOf(grainId), CancellationToken.None))
        {
            await ReadIntoAsync(rows, blob.Name);
        }

        return new ReminderTableData(rows);
    }

    /// <inheritdoc/>
    public async Task<ReminderTableData> ReadRows(uint begin, uint end)
    {
        var rows = new List<ReminderEntry>();
        await foreach (var blob in store.ListAsync(Prefix, CancellationToken.None))
        {
            var hash = uint.Parse(blob.Name.AsSpan(Prefix.Length, 8), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

            // The range is (begin, end]; begin ≥ end wraps around, and begin = end is everything.
            if (begin < end ? hash > begin && hash <= end : hash > begin || hash <= end)
            {
                await ReadIntoAsync(rows, blob.Name);
            }
        }

        return new ReminderTableData(rows);
    }

    /// <inheritdoc/>
    public async Task<ReminderEntry> ReadRow(GrainId grainId, string reminderName)
    {
        var rows = new List<ReminderEntry>();
        await ReadIntoAsync(rows, BlobOf(grainId, reminderName));
        return rows.FirstOrDefault()!;
    }

    /// <inheritdoc/>
    public async Task<string> UpsertRow(ReminderEntry entry)
    {
        var name = BlobOf(entry.GrainId, entry.ReminderName);
        var content = JsonSerializer.SerializeToUtf8Bytes(new Row(entry.GrainId.ToString(), entry.ReminderName, entry.StartAt, entry.Period));
        while (true)
        {
            var found = await store.StatAsync(name, CancellationToken.None);
            var written = found is null
                ? await store.PutIfAbsentAsync(name, content, CancellationToken.None)
                : await store.PutIfMatchAsync(name, content, found.ETag, CancellationToken.None);
            if (written is not null)
            {
                return written.ETag;
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => store.DeleteAsync(BlobOf(grainId, reminderName), eTag, CancellationToken.None);

    /// <inheritdoc/>
    public async Task TestOnlyClearTable()
    {
        await foreach (var blob in store.ListAsync(Prefix, CancellationToken.None))
        {
            await store.DeleteAsync(blob.Name, null, CancellationToken.None);
        }
    }

    private static string FolderOf(GrainId grainId) =>
        string.Create(CultureInfo.InvariantCulture, $"{Prefix}{grainId.GetUniformHashCode():x8}/{BlobPart.Of(grainId.ToString())}/");

    private static string BlobOf(GrainId grainId, string reminderName) => $"{FolderOf(grainId)}{BlobPart.Of(reminderName)}.json";

    private async Task ReadIntoAsync(List<ReminderEntry> rows, string name)
    {
        // A row deleted meanwhile is not there; that is all.
        if (await store.GetAsync(name, CancellationToken.None) is { } blob && JsonSerializer.Deserialize<Row>(blob.Bytes.Span) is { } row)
        {
            rows.Add(new ReminderEntry { GrainId = GrainId.Parse(row.Grain, CultureInfo.InvariantCulture), ReminderName = row.Name, StartAt = row.StartAt, Period = row.Period, ETag = blob.ETag });
        }
    }

    private sealed record Row(string Grain, string Name, DateTime StartAt, TimeSpan Period);
}
