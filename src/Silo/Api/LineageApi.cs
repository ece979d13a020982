using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Lineage;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Where a thing comes from and what came of it.</summary>
internal static class LineageApi
{
    public static IEndpointRouteBuilder MapLineage(this IEndpointRouteBuilder project)
    {
        project.MapGet("/lineage/{id}", GetAsync).Describe("lineage", "Neighbours of a prompt, import, pair, judgment (?pair=), version, round, generation or policy.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/lineage/{id}/trace", TraceAsync).Describe("lineage-trace", "Everything reached from it: ?direction=up (what it was made of) or down.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/lineage/{id}/judgments", TrainedOnAsync).Describe("lineage-judgments", "The judgments, by pair, that a version, round or policy was trained on, as JSON lines.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<LineageView>, ProblemHttpResult>> GetAsync(
        string id, CurrentProject project, LineageReader lineage, string? pair = null, CancellationToken cancellationToken = default)
    {
        PairId? its = PairId.TryParse(pair, out var parsed) ? parsed : null;
        if (JudgmentId.TryParse(id, out _) && its is null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A judgment is found through its pair: add ?pair=pa_….", field: "pair");
        }

        return await lineage.ReadAsync(project.View, id, its, cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : ProblemMap.Problem(UnknownCode(id), $"There is no '{id}' in this project.");
    }

    private static async Task<Results<Ok<LineageTraceView>, ProblemHttpResult>> TraceAsync(
        string id, CurrentProject project, LineageTrace trace, string? pair = null, string direction = "down", CancellationToken cancellationToken = default)
    {
        PairId? its = PairId.TryParse(pair, out var parsed) ? parsed : null;
        if (direction is not ("up" or "down"))
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "direction is up or down.", field: "direction");
        }

        if (JudgmentId.TryParse(id, out _) && its is null)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A judgment is found through its pair: add ?pair=pa_….", field: "pair");
        }

        return await trace.FollowAsync(project.View, id, its, direction is "down", cancellationToken) is { } view
            ? TypedResults.Ok(view)
            : ProblemMap.Problem(UnknownCode(id), $"There is no '{id}' in this project.");
    }

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> TrainedOnAsync(string id, CurrentProject project, LineageTrace trace, CancellationToken cancellationToken)
    {
        if (await trace.VersionOfAsync(project.Id, id, cancellationToken) is not { } version)
        {
            return ProblemMap.Problem(UnknownCode(id), $"'{id}' is no version, round or policy that was trained here, or its version was deleted.");
        }

        return TypedResults.Stream(
            async stream =>
            {
                await foreach (var row in trace.RowsAsync(project.Id, version, cancellationToken))
                {
                    byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(row, ApiJson.Options), (byte)'\n'];
                    await stream.WriteAsync(line, cancellationToken);
                }
            },
            "application/x-ndjson");
    }

    private static string UnknownCode(string id) => id.Length == 0 ? RefusalCodes.BadRequest : id[0] switch
    {
        'p' when id.StartsWith("pa_", StringComparison.Ordinal) => RefusalCodes.UnknownPair,
        'p' when id.StartsWith("pr_", StringComparison.Ordinal) => RefusalCodes.UnknownPrompt,
        'i' => ProblemCodes.UnknownImport,
        'p' => RefusalCodes.UnknownPolicy,
        'v' => RefusalCodes.UnknownVersion,
        'r' => RefusalCodes.UnknownRound,
        'g' => RefusalCodes.UnknownGeneration,
        _ => RefusalCodes.UnknownJudgment,
    };
}
