using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
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

/// <summary>Pairs: brought in from outside, and looked at by those who do not judge blind.</summary>
internal static class PairsApi
{
    public static IEndpointRouteBuilder MapPairs(this IEndpointRouteBuilder project)
    {
        project.MapPost("/pairs", AddAsync).Describe("add-pairs", "Imports pairs as they come; known ones are counted, wrong ones reported by line.").BulkStream<PairBody>().For(Roles.Operator).WithMetadata(new IdempotentCreation());
        project.MapGet("/pairs/{pair}", GetAsync).Describe("get-pair", "A pair with its texts, writers and live judgments.").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<RowsAdded>, UnprocessableEntity<RowsAdded>, ProblemHttpResult>> AddAsync(
        CurrentProject project, PairImport import, RowIntake intake, HttpRequest request, [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default) =>
        (await intake.AddAsync(project, import, request, allOrNothing, cancellationToken)).ToResult();

    private static async Task<Results<Ok<PairAnswer>, ProblemHttpResult>> GetAsync(
        string pair, CurrentProject project, IGrainFactory grains, RowTexts texts, CancellationToken cancellationToken)
    {
        if (!PairId.TryParse(pair, out var id) || id.IsRanking
            || await grains.GetGrain<ILedgerShardGrain>($"{project.Key}/{PairShards.Of(id, project.View.Shards)}").GetPairAsync(id, cancellationToken) is not { } view)
        {
            return ProblemMap.Problem(RefusalCodes.UnknownPair, $"There is no pair '{pair}' in this project.");
        }

        var record = view.Record;
        return TypedResults.Ok(new PairAnswer(
            record.Id, record.Prompt, (await texts.PromptAsync(record.PromptAt, cancellationToken)).ToJson(),
            new(record.A, record.ASource, await texts.ResponseAsync(record.AAt, cancellationToken)),
            new(record.B, record.BSource, await texts.ResponseAsync(record.BAt, cancellationToken)),
            record.Overlap, record.Purpose, record.Origin, record.Strategy, record.Propensity, record.Split, view.IsOpen, view.InReview,
            [.. view.Judgments.Select(j => new JudgmentAnswer(j.Id, j.Seq, j.Annotator, j.Verdict.Choice, j.Verdict.Strength, j.Purpose, j.Counted, j.Time))]));
    }

    internal sealed record PairBody(JsonElement Prompt, string ResponseA, string ResponseB, string? SourceA, string? SourceB, string? Lang, string[]? Tags);

    internal sealed record ResponseAnswer(ResponseId Id, string Source, string Text);

    internal sealed record PairAnswer(
        PairId Id, PromptId PromptId, JsonNode? Prompt, ResponseAnswer A, ResponseAnswer B, int Overlap, Purpose Purpose, string Origin, string Strategy, double Propensity,
        string Split, bool IsOpen, bool InReview, ImmutableArray<JudgmentAnswer> Judgments);

    internal sealed record JudgmentAnswer(
        JudgmentId Id, long Seq, AnnotatorId Annotator, Choice Choice, int? Strength, Purpose Purpose, bool Counted, DateTimeOffset Time);
}
