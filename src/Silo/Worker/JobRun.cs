using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>One claim from download to end.</summary>
internal sealed partial class JobRun(WorkerOptions options, WorkerClient client, InputCache cache, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_partingPatience = TimeSpan.FromSeconds(5);

    /// <summary>Runs the child and reports; returns when the claim is ended, or lost and discarded.</summary>
    /// <param name="claim">The claim.</param>
    /// <param name="stopping">The worker is to stop: the job goes back to the queue.</param>
    public async Task RunAsync(ClaimAnswer claim, CancellationToken stopping)
    {
        LogStarted(claim.Project, claim.Job, claim.Kind, claim.Epoch);
        AttemptFolder? folder = null;
        try
        {
            folder = await AttemptFolder.PrepareAsync(options.Folder, claim, client, cache, stopping);
            await using var child = TrainerChild.Start(options.Trainer, folder.Path);
            var cancelled = await FollowAsync(claim, folder, child, stopping);
            await EndAsync(claim, folder, child, cancelled, stopping);
            folder.Delete();
        }
        catch (ClaimLostException)
        {
            LogLost(claim.Project, claim.Job, claim.Epoch);
            folder?.Delete();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The attempt's folder stays: its checkpoint is where the next attempt on this machine goes on.
            await PartAsync(claim, JobOutcome.Returned, new("error", "The worker was stopped."));
        }
        catch (Exception e)
        {
            // Whatever it was, it ends this attempt and not the worker.
            LogFailed(claim.Project, claim.Job, claim.Epoch, e);
            await PartAsync(claim, JobOutcome.Retry, new("error", $"The worker could not run the job: {e.Message}"));
        }
    }

    // Heartbeats, metrics and checkpoints until the child ends. True when the server ordered to cancel.
    private async Task<bool> FollowAsync(ClaimAnswer claim, AttemptFolder folder, TrainerChild child, CancellationToken stopping)
    {
        var interval = TimeSpan.FromSeconds(Math.Min(options.Heartbeat.TotalSeconds, claim.HeartbeatSeconds));
        var upload = Task.CompletedTask;
        var cancelled = false;
        while (!child.Exited.IsCompleted)
        {
            await Task.WhenAny(child.Exited, Task.Delay(interval, time, stopping));
            stopping.ThrowIfCancellationRequested();
            if (upload.IsCompleted && folder.NextCheckpoint() is { } step)
            {
                await upload;
                upload = UploadAsync(claim, folder, step, stopping);
            }

            if (await BeatAsync(claim, folder, stopping) is JobOrder.Cancel && !child.Exited.IsCompleted)
            {
                cancelled = true;
                await child.CancelAsync(options.CancelPatience);
            }
        }

        await upload;
        return cancelled;
    }

    // A server that does not answer is waited for: it may be restarting, and it says itself when the claim is lost.
    private async Task<JobOrder> BeatAsync(ClaimAnswer claim, AttemptFolder folder, CancellationToken stopping)
    {
        var metrics = await folder.ReadMetricsAsync(stopping);
        var progress = metrics.IsEmpty ? 0 : (double)metrics[^1].Step / Math.Max(1, metrics[^1].Steps);
        try
        {
            return (await client.HeartbeatAsync(claim, new(metrics, progress), stopping)).Order;
        }
        catch (HttpRequestException e)
        {
            LogNoAnswer(claim.Project, claim.Job, e.Message);
            return JobOrder.Continue;
        }
    }

    private async Task UploadAsync(ClaimAnswer claim, AttemptFolder folder, string step, CancellationToken stopping)
    {
        try
        {
            await folder.UploadCheckpointAsync(step, claim, client, stopping);
        }
        catch (HttpRequestException e)
        {
            LogNoAnswer(claim.Project, claim.Job, e.Message);
        }
    }

    private async Task EndAsync(ClaimAnswer claim, AttemptFolder folder, TrainerChild child, bool cancelled, CancellationToken stopping)
    {
        var code = await child.Exited;
        var result = folder.ReadResult() is { } left && left.Epoch == claim.Epoch ? left : null;
        var outcome = OutcomeOf(result, code, cancelled);
        result ??= new JobResult
        {
            Epoch = claim.Epoch,
            Failure = new("error", $"The trainer ended with exit code {code} and no result{(child.LastError.Length > 0 ? $": {child.LastError}" : ", as after a kill or a crash.")}"),
        };
        var files = outcome is JobOutcome.Done ? await folder.UploadResultsAsync(claim, client, stopping) : [];
        var request = new EndRequest(outcome, System.Text.Json.JsonSerializer.SerializeToElement(result, JobJson.Line), files);
        var final = (await RetryAsync(() => client.EndAsync(claim, request, stopping), stopping)).Final;
        LogEnded(claim.Project, claim.Job, claim.Epoch, outcome, final, result.Failure?.Detail ?? "");
    }

    /// <summary>What an ended child means: its own word where it left one, another attempt where it was cut off.</summary>
    internal static JobOutcome OutcomeOf(JobResult? result, int exitCode, bool cancelled) => result switch
    {
        _ when cancelled => JobOutcome.Cancelled,
        { Failure: null } when exitCode == 0 => JobOutcome.Done,
        { Failure.Code: "bad-input" or "step-0" or "diverged" } => JobOutcome.Failed,
        _ => JobOutcome.Retry,
    };

    private async Task<T> RetryAsync<T>(Func<Task<T>> call, CancellationToken stopping)
    {
        for (var wait = TimeSpan.FromSeconds(1); ; wait = TimeSpan.FromSeconds(Math.Min(wait.TotalSeconds * 2, 30)))
        {
            try
            {
                return await call();
            }
            catch (HttpRequestException e) when (e.StatusCode is null or >= System.Net.HttpStatusCode.InternalServerError)
            {
                await Task.Delay(wait, time, stopping);
            }
        }
    }

    private async Task PartAsync(ClaimAnswer claim, JobOutcome outcome, JobFailure failure)
    {
        using var patience = new CancellationTokenSource(s_partingPatience, time);
        try
        {
            var result = System.Text.Json.JsonSerializer.SerializeToElement(new JobResult { Epoch = claim.Epoch, Failure = failure }, JobJson.Line);
            await client.EndAsync(claim, new(outcome, result), patience.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException or ClaimLostException or IOException)
        {
            // Nobody heard us: the claim lapses by itself.
            LogNoAnswer(claim.Project, claim.Job, e.Message);
        }
    }

    [LoggerMessage(3501, LogLevel.Information, "Worker runs {Project}/{Job} ({Kind}), epoch {Epoch}")]
    private partial void LogStarted(string project, string job, string kind, int epoch);

    [LoggerMessage(3502, LogLevel.Information, "Worker ended {Project}/{Job}, epoch {Epoch}: {Outcome}, final {Final} {Detail}")]
    private partial void LogEnded(string project, string job, int epoch, JobOutcome outcome, bool final, string detail);

    [LoggerMessage(3503, LogLevel.Warning, "Worker lost its claim of {Project}/{Job}, epoch {Epoch}; the attempt is discarded")]
    private partial void LogLost(string project, string job, int epoch);

    [LoggerMessage(3504, LogLevel.Warning, "The server did not take a report on {Project}/{Job}: {Why}")]
    private partial void LogNoAnswer(string project, string job, string why);

    [LoggerMessage(3505, LogLevel.Error, "Worker could not run {Project}/{Job}, epoch {Epoch}")]
    private partial void LogFailed(string project, string job, int epoch, Exception e);
}
