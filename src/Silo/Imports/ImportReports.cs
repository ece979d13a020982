using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Keeps what imports did, so that it can be read when the answer was lost or had only the first wrong rows.</summary>
internal sealed class ImportReports(IBlobStore store, TimeProvider time)
{
    /// <summary>Stores a report; of an import that was sent again, the latest.</summary>
    public async Task KeepAsync(ProjectId project, ImportRecord record, ImportErrors errors, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(Errors(project, record.Import), null, cancellationToken);
        if (errors.Lines() is { } lines)
        {
            await store.PutIfAbsentAsync(Errors(project, record.Import), lines, cancellationToken);
        }

        var report = JsonSerializer.SerializeToUtf8Bytes(record with { Finished = time.GetUtcNow() }, ApiJson.Options);
        await store.DeleteAsync(Report(project, record.Import), null, cancellationToken);
        await store.PutIfAbsentAsync(Report(project, record.Import), report, cancellationToken);
    }

    /// <summary>All reports of a project, newest first.</summary>
    public async Task<List<ImportRecord>> ListAsync(ProjectId project, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync($"projects/{project}/imports/", cancellationToken))
        {
            if (blob.Name.EndsWith("/report.json", StringComparison.Ordinal))
            {
                names.Add(blob.Name.Split('/')[^2]);
            }
        }

        var records = new List<ImportRecord>();
        foreach (var name in names)
        {
            if (await FindAsync(project, name, cancellationToken) is { } record)
            {
                records.Add(record);
            }
        }

        return [.. records.OrderByDescending(record => NumberedName.TryParse('i', record.Import, out var number) ? number : 0)];
    }

    /// <summary>One report, or null.</summary>
    public async Task<ImportRecord?> FindAsync(ProjectId project, string import, CancellationToken cancellationToken) =>
        NumberedName.TryParse('i', import, out _) && await store.GetAsync(Report(project, import), cancellationToken) is { } blob
            ? JsonSerializer.Deserialize<ImportRecord>(blob.Bytes.Span, ApiJson.Options)
            : null;

    /// <summary>All wrong rows as JSON lines, or null when there are none.</summary>
    public Task<Stream?> ErrorsAsync(ProjectId project, string import, CancellationToken cancellationToken) => store.OpenReadAsync(Errors(project, import), 0, cancellationToken);

    private static string Report(ProjectId project, string import) => $"projects/{project}/imports/{import}/report.json";

    private static string Errors(ProjectId project, string import) => $"projects/{project}/imports/{import}/errors.jsonl";
}
