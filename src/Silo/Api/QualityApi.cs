using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>How well a project is judged, and by whom; gold; pausing annotators and letting them go on.</summary>
internal static class QualityApi
{
    public static IEndpointRouteBuilder MapQuality(this IEndpointRouteBuilder project)
    {
        project.MapGet("/quality", QualityAsync).Describe("get-quality", "Agreement, coverage, gold, times and annotators; intervals on demand.").For(Roles.Operator, Roles.Researcher);
        project.MapGet("/quality/policies", PoliciesAsync).Describe("get-policy-strengths", "Policies by blind comparisons: Bradley–Terry with bootstrap intervals.").For(Roles.Operator, Roles.Researcher);
        project.MapGet("/annotators", AnnotatorsAsync).Describe("list-annotators", "Each annotator's reliability, biases, gold, repeats, pace and flags.").For(Roles.Operator, Roles.Researcher);
        project.MapGet("/annotators/pauses", PausesAsync).Describe("list-pauses", "Pauses, newest first.").For(Roles.Operator, Roles.Researcher);
        project.MapPost("/annotators/{id}/pause", PauseAsync).Describe("pause-annotator", "Gives an annotator no more pairs.").For(Roles.Operator);
        project.MapPost("/annotators/{id}/resume", ResumeAsync).Describe("resume-annotator", "Lifts an annotator's pause; evidence starts anew.").For(Roles.Operator);
        project.MapPost("/gold", GoldAsync).Describe("add-gold", "Imports pairs with their right answers as they come, as hidden checks; wrong rows are reported by line.").BulkStream<GoldBody>().For(Roles.Operator)
            .WithMetadata(new IdempotentCreation());
        return project;
    }

    private static async Task<Ok<ProjectQuality>> QualityAsync(CurrentProject project, IProjectQuality quality, CancellationToken cancellationToken, bool intervals = false) =>
        TypedResults.Ok(await quality.ReadAsync(project.Key, intervals, cancellationToken));

    private static async Task<Ok<PolicyBattles>> PoliciesAsync(CurrentProject project, IProjectQuality quality, CancellationToken cancellationToken) =>
        TypedResults.Ok(await quality.BattlesAsync(project.Key, cancellationToken));

    private static async Task<Ok<Page<AnnotatorQuality>>> AnnotatorsAsync(CurrentProject project, PageRequest page, IProjectQuality quality, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice((await quality.ReadAsync(project.Key, intervals: false, cancellationToken)).Annotators));

    private static async Task<Ok<Page<PauseRecord>>> PausesAsync(CurrentProject project, PageRequest page, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice(await grains.GetGrain<IPausesGrain>(project.Key).ListAsync(cancellationToken)));

    private static async Task<Results<Ok<PauseRecord>, ProblemHttpResult>> PauseAsync(string id, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        AnnotatorId.TryParse(id, out var annotator)
            ? TypedResults.Ok(await grains.GetGrain<IPausesGrain>(project.Key).PauseAsync(annotator, "operator", "An operator's decision.", caller.Id, cancellationToken))
            : Unknown(id);

    private static async Task<Results<Ok<PauseRecord>, ProblemHttpResult>> ResumeAsync(string id, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
        AnnotatorId.TryParse(id, out var annotator)
            ? (await grains.GetGrain<IPausesGrain>(project.Key).ResumeAsync(annotator, caller.Id, cancellationToken)).ToOk(pause => pause)
            : Unknown(id);

    private static async Task<Results<Ok<GoldAdded>, UnprocessableEntity<GoldAdded>>> GoldAsync(
        CurrentProject project, GoldImport import, RowIntake intake, HttpRequest request, [FromQuery(Name = "all_or_nothing")] bool allOrNothing = false, CancellationToken cancellationToken = default)
    {
        var rows = await intake.AddAsync(project, import, request, allOrNothing, cancellationToken);
        var answer = new GoldAdded(rows.Import, rows.Applied, rows.Rows, rows.Added, rows.Wrong, rows.Errors);
        return answer.Applied ? TypedResults.Ok(answer) : TypedResults.UnprocessableEntity(answer);
    }

    private static ProblemHttpResult Unknown(string id) => ProblemMap.Problem(ProblemCodes.UnknownPerson, $"'{id}' is no annotator's id.");

    /// <summary>The form of a row, for the API's description: a known pair, or texts; <c>right</c> is a, b, tie or both_bad.</summary>
    internal sealed record GoldBody(string? Pair, JsonElement? Prompt, string? ResponseA, string? ResponseB, string? SourceA, string? SourceB, string? Lang, string[]? Tags, string Right);

    /// <summary>Gold: how many rows are right answers by it.</summary>
    internal sealed record GoldAdded(string? Import, bool Applied, int Rows, int Gold, int Wrong, ImmutableArray<ImportError> Errors);
}
