using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Rankings of two to eight responses: brought in to be judged, and looked at by those who do not judge blind.</summary>
internal static class RankingsApi
{
    public static IEndpointRouteBuilder MapRankings(this IEndpointRouteBuilder project)
    {
        project.MapPost("/rankings", AddAsync).Describe("add-rankings", "Imports rankings of 2 to 8 responses to judge as they come; known ones are counted, wrong ones reported by line.").BulkStream<RankingBody>().For(Roles.Operator)
            .WithMetadata(new IdempotentCreation());
        project.MapGet("/rankings", ListAsync).Describe("list-rankings", "Rankings by status, origin or report, in order of arrival within a shard.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/rankings/{ranking}", GetAsync).Describe("get-ranking", "A ranking with its responses, writers and live judgments.").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<RowsAdded>, UnprocessableEntity<RowsAdded>, ProblemHttpResult>> AddAsync(
        CurrentProject project, RankingImport import, RowIntake intake, HttpRequest request, [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default) =>
        (await intake.AddAsync(project, import, request, allOrNothing, cancellationToken)).ToResult();

    private static async Task<Ok<Page<ListsApi.PairItemAnswer>>> ListAsync(
        CurrentProject project, PageRequest page, IGrainFactory grains, QueryWord<PairState>? status = null, string? origin = null, bool reported = false, CancellationToken cancellationToken = default) =>
        TypedResults.Ok(await ListsApi.PairPageAsync(
            project, page, grains, new PairFilter { State = status?.Value, Origin = origin, Purpose = Purpose.Ranking, Reported = reported }, cancellationToken));

    private static async Task<Results<Ok<RankingAnswer>, ProblemHttpResult>> GetAsync(
        string ranking, CurrentProject project, IGrainFactory grains, RowTexts texts, CancellationToken cancellationToken)
    {
        if (!PairId.TryParse(ranking, out var id) || !id.IsRanking
            || await grains.GetGrain<ILedgerShardGrain>($"{project.Key}/{PairShards.Of(id, project.View.Shards)}").GetPairAsync(id, cancellationToken) is not { } view)
        {
            return ProblemMap.Problem(RefusalCodes.UnknownPair, $"There is no ranking '{ranking}' in this project.");
        }

        var record = view.Record;
        var responses = ImmutableArray.CreateBuilder<PairsApi.ResponseAnswer>();
        foreach (var (response, at, source) in record.Responses)
        {
            responses.Add(new(response, source, await texts.ResponseAsync(at, cancellationToken)));
        }

        return TypedResults.Ok(new RankingAnswer(
            record.Id, record.Prompt, (await texts.PromptAsync(record.PromptAt, cancellationToken)).ToJson(), responses.ToImmutable(), record.Overlap, record.Origin, record.Split, view.IsOpen, view.InReview,
            [.. view.Judgments.Select(j => new RankingJudgment(j.Id, j.Seq, j.Annotator, j.Verdict.Choice, j.Ranking?.Groups, j.Counted, j.Time))]));
    }

    /// <summary>The form of a row, for the API's description.</summary>
    internal sealed record RankingBody(JsonElement? Prompt, PromptId? PromptId, JsonElement[] Responses, string? Lang, string[]? Tags);

    /// <summary>Responses are in canonical order; a judgment's ranking names them by their index there, best first.</summary>
    internal sealed record RankingAnswer(
        PairId Id, PromptId PromptId, JsonNode? Prompt, ImmutableArray<PairsApi.ResponseAnswer> Responses, int Overlap, string Origin, string Split, bool IsOpen, bool InReview,
        ImmutableArray<RankingJudgment> Judgments);

    internal sealed record RankingJudgment(
        JudgmentId Id, long Seq, AnnotatorId Annotator, Choice Choice, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<ImmutableArray<int>>? Ranking, bool Counted,
        DateTimeOffset Time);
}
