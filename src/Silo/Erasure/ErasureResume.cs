namespace Orleans.Dpo.Silo.Erasure;

/// <summary>At the start, goes on with erasures that were cut short.</summary>
internal sealed partial class ErasureResume(PersonErasure erasure, ILogger<ErasureResume> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await erasure.ResumeAsync(stoppingToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            LogFailed(e);
        }
    }

    [LoggerMessage(3010, LogLevel.Error, "An erasure could not be finished; the next start or the same call tries again")]
    private partial void LogFailed(Exception e);
}
