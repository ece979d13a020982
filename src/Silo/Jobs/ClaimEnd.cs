using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Api;
using Orleans.Dpo.Silo.Loop;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Jobs;

/// <summary>
/// Ends claims. Results become visible through one put-if-absent of a marker that names the epoch and its files: whoever writes it first is published,
/// by whoever comes next if need be, and an attempt that comes later changes nothing.
/// </summary>
internal sealed partial class ClaimEnd(
    IGrainFactory grains, IBlobStore blobs, AttemptFiles files, ClaimDesk desk, JobPublisher publisher, ILogger<ClaimEnd> logger)
{
    private IJobQueueGrain Queue => grains.GetGrain<IJobQueueGrain>("_");

    /// <summary>Ends a claim; publishes its results first when it is done.</summary>
    public async Task<Outcome<EndAnswer>> EndAsync(JobKey job, int epoch, EndRequest request, CancellationToken cancellationToken)
    {
        if (await desk.FindHeldAsync(job, epoch, cancellationToken) is null)
        {
            // The answer to an earlier end may have been lost on its way.
            return await ReadMarkerAsync(job, cancellationToken) is { } published && published.Epoch == epoch
                ? new EndAnswer(Final: true)
                : ClaimDesk.Lost(job, epoch);
        }

        using var activity = SiloMeters.Activities.StartActivity("job.end");
        activity?.SetTag("dpo.project", job.Project.Value).SetTag("dpo.job", job.Name).SetTag("dpo.kind", job.Kind).SetTag("dpo.epoch", epoch);
        if (!TryReadResult(request.Result, out var result))
        {
            return new Refusal(RefusalCodes.BadRequest, "result is not a job result (docs/formats/jobs.md).");
        }

        var outcome = request.Outcome;
        var why = result?.Failure is { } failure ? $"{failure.Detail} ({failure.Code})" : "The worker gave no reason.";
        if (outcome is JobOutcome.Done)
        {
            if (await MarkAsync(job, epoch, result, request.Files ?? [], cancellationToken) is { } refusal)
            {
                return refusal;
            }

            var marker = (await ReadMarkerAsync(job, cancellationToken))!;
            if (await publisher.PublishAsync(job, marker.Epoch, marker.Result.Deserialize<JobResult>(JobJson.Line)!, JobKinds.Attempt(job, marker.Epoch), cancellationToken) is { } wrong)
            {
                (outcome, why) = (JobOutcome.Failed, wrong.Detail);
            }
        }

        var ended = await Queue.EndAsync(job, epoch, outcome, cancellationToken);
        if (ended.Refusal is { } lost)
        {
            return lost;
        }

        if (outcome is not JobOutcome.Done && ended.Value!.Final)
        {
            await (outcome is JobOutcome.Cancelled ? TellCancelledAsync(job, cancellationToken) : publisher.FailAsync(job, why, cancellationToken));
        }

        SiloMeters.JobEnds.Add(1, new("kind", job.Kind), new("outcome", outcome.ToString()));
        LogEnded(job.Project.Value, job.Name, job.Kind, epoch, outcome, outcome is JobOutcome.Done ? "" : why);
        return new EndAnswer(ended.Value!.Final);
    }

    private async Task<Refusal?> MarkAsync(JobKey job, int epoch, JobResult? result, ImmutableArray<UploadedFile> declared, CancellationToken cancellationToken)
    {
        var complete = job.Kind switch
        {
            JobKinds.Train => result?.Train is not null && declared.Any(file => file.Path.StartsWith("out/policy/", StringComparison.Ordinal)),
            JobKinds.Evaluate => result?.Evaluate is { IsDefaultOrEmpty: false } measures && measures.All(m => declared.Any(file => file.Path == m.Responses)),
            _ => result?.Generate is not null && declared.Any(file => file.Path == "out/responses.jsonl"),
        };
        if (!complete || result!.Epoch != epoch)
        {
            return new(RefusalCodes.BadRequest, $"A job that is done needs a result of kind {job.Kind} and epoch {epoch}, and the files it names.");
        }

        if (await files.VerifyAsync(job, epoch, declared, cancellationToken) is { } wrong)
        {
            return wrong;
        }

        var marker = JsonSerializer.SerializeToUtf8Bytes(new Marker(epoch, JsonSerializer.SerializeToElement(result, JobJson.Line), declared), ApiJson.Options);
        await blobs.PutIfAbsentAsync(MarkerBlob(job), marker, cancellationToken);
        return null;
    }

    private Task TellCancelledAsync(JobKey job, CancellationToken cancellationToken) => job.Kind == JobKinds.Generate
        ? publisher.FailAsync(job, "Cancelled.", cancellationToken)
        : grains.GetGrain<IRoundsGrain>(job.Project.Value).ApplyAsync(job.Name, new() { Kind = RoundEventKind.Cancelled }, cancellationToken);

    private static bool TryReadResult(JsonElement? json, out JobResult? result)
    {
        result = null;
        try
        {
            result = json is { ValueKind: JsonValueKind.Object } element ? element.Deserialize<JobResult>(JobJson.Line) : null;
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private async Task<Marker?> ReadMarkerAsync(JobKey job, CancellationToken cancellationToken) =>
        await blobs.GetAsync(MarkerBlob(job), cancellationToken) is { } marker ? JsonSerializer.Deserialize<Marker>(marker.Bytes.Span, ApiJson.Options) : null;

    private static string MarkerBlob(JobKey job) => $"{JobKinds.Folder(job)}/published-{job.Kind}.json";

    private sealed record Marker(int Epoch, JsonElement Result, ImmutableArray<UploadedFile> Files);

    [LoggerMessage(3402, LogLevel.Information, "{Project}/{Job} ({Kind}) epoch {Epoch} ended: {Outcome} {Detail}")]
    private partial void LogEnded(string project, string job, string kind, int epoch, JobOutcome outcome, string detail);
}
