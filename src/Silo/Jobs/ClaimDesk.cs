using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>Gives jobs to workers and hears from them.</summary>
internal sealed partial class ClaimDesk(
    IGrainFactory grains, IBlobStore blobs, AttemptFiles files, RoundMetrics metrics, SiloOptions options, ILogger<ClaimDesk> logger)
{
    private IJobQueueGrain Queue => grains.GetGrain<IJobQueueGrain>("_");

    /// <summary>The next job, with the specification as the child is to read it, or null.</summary>
    public async Task<ClaimAnswer?> ClaimAsync(ClaimRequest request, CancellationToken cancellationToken)
    {
        if (await Queue.ClaimAsync(request.Worker, request.Kinds, cancellationToken) is not { } claim)
        {
            return null;
        }

        var (key, epoch) = (claim.Job.Key, claim.Epoch);
        LogClaimed(key.Project.Value, key.Name, key.Kind, epoch, request.Worker);
        await TellStartedAsync(key, cancellationToken);
        var content = await blobs.GetAsync(claim.Job.SpecBlob, cancellationToken)
            ?? throw new InvalidDataException($"{claim.Job.SpecBlob} is missing; restore the store from a copy.");
        var spec = JsonSerializer.Deserialize<JobSpec>(content.Bytes.Span, JobJson.File)!;
        spec = spec with { Epoch = epoch, Threads = spec.Threads == 0 ? options.Threads : spec.Threads };
        var url = $"/api/v1/worker/claims/{key.Project}/{key.Name}/{key.Kind}/{epoch}";
        return new(
            key.Project.Value, key.Name, key.Kind, epoch, claim.HeartbeatSeconds, JsonSerializer.SerializeToElement(spec, JobJson.Line),
            [.. claim.Job.Inputs.Select(file => new ClaimFile(file.Path, $"{url}/{file.Path}", file.Bytes, file.Sha256))],
            key.Kind == JobKinds.Train ? await files.FindCheckpointAsync(key, url, cancellationToken) : null);
    }

    /// <summary>Keeps a claim alive and takes its metrics.</summary>
    public async Task<Outcome<JobOrder>> HeartbeatAsync(JobKey job, int epoch, HeartbeatRequest request, CancellationToken cancellationToken)
    {
        var order = await Queue.HeartbeatAsync(job, epoch, cancellationToken);
        if (order.Refusal is null && job.Kind == JobKinds.Train)
        {
            await metrics.AppendAsync(job.Project, job.Name, request.Metrics, cancellationToken);
        }

        return order;
    }

    /// <summary>The job while this epoch holds it, or null.</summary>
    public async Task<JobView?> FindHeldAsync(JobKey job, int epoch, CancellationToken cancellationToken) =>
        await Queue.FindAsync(job, cancellationToken) is { Worker: not null } view && view.Epoch == epoch ? view : null;

    /// <summary>Takes an uploaded file while the claim holds.</summary>
    /// <returns>Null, or why it was not stored.</returns>
    public async Task<Refusal?> PutFileAsync(JobKey job, int epoch, string path, string sha256, Stream content, CancellationToken cancellationToken)
    {
        if (await FindHeldAsync(job, epoch, cancellationToken) is null)
        {
            return Lost(job, epoch);
        }

        using var activity = path.EndsWith("/checkpoint.json", StringComparison.Ordinal) ? SiloMeters.Activities.StartActivity("checkpoint") : null;
        activity?.SetTag("dpo.project", job.Project.Value).SetTag("dpo.job", job.Name).SetTag("dpo.epoch", epoch);
        return await files.PutAsync(job, epoch, path, sha256, content, cancellationToken);
    }

    /// <summary>The refusal of every call with an epoch that is not the current one.</summary>
    public static Refusal Lost(JobKey job, int epoch) => new(RefusalCodes.ClaimLost, $"The claim {epoch} of {job.Project}/{job.Name} ({job.Kind}) is not the current one.");

    private async Task TellStartedAsync(JobKey job, CancellationToken cancellationToken)
    {
        if (job.Kind == JobKinds.Train)
        {
            await grains.GetGrain<IRoundsGrain>(job.Project.Value).ApplyAsync(job.Name, new() { Kind = RoundEventKind.TrainingStarted }, cancellationToken);
        }
        else if (job.Kind == JobKinds.Generate)
        {
            await grains.GetGrain<IGenerationsGrain>(job.Project.Value).ApplyAsync(job.Name, new(GenerationState.Running), cancellationToken);
        }
    }

    [LoggerMessage(3401, LogLevel.Information, "{Project}/{Job} ({Kind}) claimed as epoch {Epoch} by {Worker}")]
    private partial void LogClaimed(string project, string job, string kind, int epoch, string worker);
}
