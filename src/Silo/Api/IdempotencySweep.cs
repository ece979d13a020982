using System.Text.Json;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Deletes stored answers whose day is over: at the start and every hour.</summary>
internal sealed partial class IdempotencySweep(IBlobStore blobs, TimeProvider time, ILogger<IdempotencySweep> logger) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    /// <summary>One sweep; returns how many were deleted.</summary>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var stale = new List<(string Name, string ETag)>();
        await foreach (var blob in blobs.ListAsync(IdempotencyMiddleware.Folder, cancellationToken))
        {
            if (await blobs.GetAsync(blob.Name, cancellationToken) is { } content && ExpiresOf(content) <= time.GetUtcNow())
            {
                stale.Add((blob.Name, content.ETag));
            }
        }

        foreach (var (name, etag) in stale)
        {
            await blobs.DeleteAsync(name, etag, cancellationToken);
        }

        return stale.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        do
        {
            try
            {
                await SweepAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static DateTimeOffset ExpiresOf(BlobContent content)
    {
        using var stored = JsonDocument.Parse(content.Bytes);
        return stored.RootElement.GetProperty("expires").GetDateTimeOffset();
    }

    [LoggerMessage(3003, LogLevel.Warning, "Stored answers could not be swept; the next hour tries again")]
    private partial void LogFailed(Exception e);
}
