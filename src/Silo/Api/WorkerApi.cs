using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What workers call. Everything below a claim is refused with <c>claim-lost</c> once another epoch holds the job.</summary>
internal static class WorkerApi
{
    public static IEndpointRouteBuilder MapWorker(this IEndpointRouteBuilder api)
    {
        var claims = api.MapGroup("/worker/claims");
        claims.MapPost("", ClaimAsync).Describe("claim-job", "Claims the next job; 204 when there is none.").For(Roles.Worker);
        var claim = claims.MapGroup("/{project}/{job}/{kind}/{epoch:int}");
        claim.MapPost("/heartbeat", HeartbeatAsync).Describe("heartbeat", "Keeps a claim alive, brings metrics, answers an order.").For(Roles.Worker);
        claim.MapGet("/inputs/{**path}", InputAsync).Describe("claim-input", "An input file of the job.").For(Roles.Worker);
        claim.MapGet("/resume/{from:int}/{**path}", ResumeAsync).Describe("claim-resume", "A file of an earlier attempt's checkpoint.").For(Roles.Worker);
        claim.MapPut("/files/{**path}", UploadAsync).Describe("upload-file", "Stores a result or checkpoint file of the attempt.").File().For(Roles.Worker);
        claim.MapPost("/end", EndAsync).Describe("end-claim", "Ends a claim; results that are done become visible.").For(Roles.Worker);
        return api;
    }

    private static async Task<Results<Ok<ClaimAnswer>, NoContent, ProblemHttpResult>> ClaimAsync(ClaimRequest body, ClaimDesk desk, CancellationToken cancellationToken)
    {
        if (body.Worker is not { Length: >= 1 and <= 100 })
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "worker is a name of 1 to 100 characters.", field: "worker");
        }

        return await desk.ClaimAsync(body, cancellationToken) is { } claim ? TypedResults.Ok(claim) : TypedResults.NoContent();
    }

    private static async Task<Results<Ok<HeartbeatAnswer>, ProblemHttpResult>> HeartbeatAsync(
        [AsParameters] ClaimRoute route, HeartbeatRequest body, ClaimDesk desk, CancellationToken cancellationToken) =>
        route.Job is { } job
            ? (await desk.HeartbeatAsync(job, route.Epoch, body, cancellationToken)).ToOk(order => new HeartbeatAnswer(order))
            : Malformed();

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> InputAsync(
        [AsParameters] ClaimRoute route, string path, ClaimDesk desk, BlobFiles files, HttpRequest request, CancellationToken cancellationToken)
    {
        if (route.Job is not { } job || await desk.FindHeldAsync(job, route.Epoch, cancellationToken) is not { } held)
        {
            return route.Job is null ? Malformed() : ProblemMap.Problem(ClaimDesk.Lost(route.Job, route.Epoch));
        }

        var file = held.Job.Inputs.FirstOrDefault(input => input.Path == $"inputs/{path}");
        return file is null
            ? ProblemMap.Problem(ProblemCodes.UnknownFile, $"The job has no input '{path}'.")
            : await files.ServeAsync(request, file.Blob, path, file.Sha256, cancellationToken);
    }

    private static async Task<Results<FileStreamHttpResult, StatusCodeHttpResult, ProblemHttpResult>> ResumeAsync(
        [AsParameters] ClaimRoute route, int from, string path, ClaimDesk desk, BlobFiles files, HttpRequest request, CancellationToken cancellationToken)
    {
        if (route.Job is not { } job || await desk.FindHeldAsync(job, route.Epoch, cancellationToken) is null)
        {
            return route.Job is null ? Malformed() : ProblemMap.Problem(ClaimDesk.Lost(route.Job, route.Epoch));
        }

        return await files.ServeAsync(request, AttemptFiles.CheckpointBlob(job, from, path), path, null, cancellationToken);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> UploadAsync(
        [AsParameters] ClaimRoute route, string path, [FromHeader(Name = "X-Sha256")] string? sha256, ClaimDesk desk, HttpRequest request, CancellationToken cancellationToken)
    {
        if (route.Job is not { } job)
        {
            return Malformed();
        }

        if (sha256 is not { Length: 64 })
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "X-Sha256 must hold 64 lower-case hexadecimal digits.", field: "X-Sha256");
        }

        if (await desk.PutFileAsync(job, route.Epoch, path, sha256, request.Body, cancellationToken) is { } refusal)
        {
            return ProblemMap.Problem(refusal);
        }

        SiloMeters.WorkerBytes.Add(request.ContentLength ?? 0);
        return TypedResults.NoContent();
    }

    private static async Task<Results<Ok<EndAnswer>, ProblemHttpResult>> EndAsync(
        [AsParameters] ClaimRoute route, EndRequest body, ClaimEnd claimEnd, CancellationToken cancellationToken) =>
        route.Job is { } job ? (await claimEnd.EndAsync(job, route.Epoch, body, cancellationToken)).ToOk(end => end) : Malformed();

    private static ProblemHttpResult Malformed() => ProblemMap.Problem(RefusalCodes.BadRequest, "The address does not name a claim: project, job, kind (train, evaluate, generate), epoch.");

    /// <summary>A claim as the address names it.</summary>
    internal sealed record ClaimRoute([FromRoute(Name = "project")] string ProjectName, [FromRoute(Name = "job")] string Name, [FromRoute(Name = "kind")] string Kind, [FromRoute(Name = "epoch")] int Epoch)
    {
        /// <summary>The key, or null when a part is malformed.</summary>
        public JobKey? Job => ProjectId.TryParse(ProjectName, out var project) && Kind is JobKinds.Train or JobKinds.Evaluate or JobKinds.Generate && Name.Length is > 1 and < 20
            ? new(project, Name, Kind)
            : null;
    }
}
