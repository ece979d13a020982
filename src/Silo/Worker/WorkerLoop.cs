using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>Asks for jobs and runs them, one at a time, until stopped. Trouble with the server is waited out.</summary>
internal sealed partial class WorkerLoop(WorkerOptions options, WorkerClient client, TimeProvider time, ILogger<WorkerLoop> logger)
{
    private readonly InputCache _cache = new(Path.Combine(options.Folder, "inputs"));

    public async Task RunAsync(CancellationToken stopping)
    {
        LogReady(options.Name, options.Trainer);
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await TryClaimAsync(stopping) is { } claim)
                {
                    await new JobRun(options, client, _cache, time, logger).RunAsync(claim, stopping);
                }
                else
                {
                    await Task.Delay(options.IdleWait, time, stopping);
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<ClaimAnswer?> TryClaimAsync(CancellationToken stopping)
    {
        try
        {
            return await client.ClaimAsync(options.Name, stopping);
        }
        catch (Exception e) when (!stopping.IsCancellationRequested)
        {
            // A server of another version, a proxy's page, no server: whatever it is, it may be over at the next try.
            LogUnreachable(e.Message);
            return null;
        }
    }

    [LoggerMessage(3511, LogLevel.Information, "Worker {Name} is ready; trainer {Trainer}")]
    private partial void LogReady(string name, string trainer);

    [LoggerMessage(3512, LogLevel.Warning, "The server gives no jobs now: {Why}")]
    private partial void LogUnreachable(string why);
}
