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
        project.MapGet("/lineage/{id}", GetAsync).Describe("lineage", "Neighbours of a pair, judgment (?pair=), version, round, generation or policy.").For(Roles.Researcher, Roles.Operator);
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

    private static string UnknownCode(string id) => id.Length == 0 ? RefusalCodes.BadRequest : id[0] switch
    {
        'p' when id.StartsWith("pa_", StringComparison.Ordinal) => RefusalCodes.UnknownPair,
        'p' => RefusalCodes.UnknownPolicy,
        'v' => RefusalCodes.UnknownVersion,
        'r' => RefusalCodes.UnknownRound,
        'g' => RefusalCodes.UnknownGeneration,
        _ => RefusalCodes.UnknownJudgment,
    };
}
