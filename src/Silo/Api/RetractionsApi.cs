using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Retractions;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Judgments that an operator takes out, and what they had gone into.</summary>
internal static class RetractionsApi
{
    public static IEndpointRouteBuilder MapRetractions(this IEndpointRouteBuilder project)
    {
        project.MapPost("/retractions", RetractAsync).Describe("retract", "Takes out a judgment, or an annotator's from a time on, and lists what they touched.").For(Roles.Operator).WithMetadata(new IdempotentCreation());
        project.MapGet("/retractions", ListAsync).Describe("list-retractions", "Retractions, oldest first.").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/retractions/{retraction}", GetAsync).Describe("get-retraction", "One retraction.").For(Roles.Researcher, Roles.Operator);
        project.MapPost("/retractions/{retraction}/reinstate", ReinstateAsync).Describe("reinstate", "Takes a retraction back.").For(Roles.Operator);
        project.MapGet("/taint", TaintAsync).Describe("taint", "Versions, rounds and policies that retracted judgments went into.").For(Roles.Researcher, Roles.Operator);
        return project;
    }

    /// <summary>The endpoint's answers carry <c>tainted</c> where it applies.</summary>
    public static RouteHandlerBuilder ShowsTaint(this RouteHandlerBuilder endpoint) => endpoint.AddEndpointFilter<TaintFilter>();

    private static async Task<Results<Created<RetractionAnswer>, ProblemHttpResult>> RetractAsync(
        RetractBody body, CurrentProject project, Caller caller, IGrainFactory grains, RetractionRunner runner, TaintReader taint, HttpRequest request, CancellationToken cancellationToken)
    {
        if (await MissingAsync(body, project, grains, cancellationToken) is { } missing)
        {
            return missing;
        }

        var recorded = await grains.GetGrain<IRetractionsGrain>(project.Key).RetractAsync(
            new(CreationKeys.Of(request), body.Reason, caller.Id) { Judgment = body.Judgment, Pair = body.Pair, Annotator = body.Annotator, From = body.From }, cancellationToken);
        if (recorded.Value is not { } view)
        {
            return ProblemMap.Problem(recorded.Refusal!);
        }

        view = (await runner.RunAsync(project.Id, view.Name, cancellationToken))!;
        return TypedResults.Created($"/api/v1/projects/{project.Key}/retractions/{view.Name}", RetractionAnswer.Of(view, await taint.ReadAsync(project.Id, cancellationToken)));
    }

    private static async Task<Ok<Page<RetractionAnswer>>> ListAsync(PageRequest page, CurrentProject project, IGrainFactory grains, TaintReader taint, CancellationToken cancellationToken)
    {
        var known = await taint.ReadAsync(project.Id, cancellationToken);
        return TypedResults.Ok(page.Slice((await grains.GetGrain<IRetractionsGrain>(project.Key).ListAsync(cancellationToken)).Select(view => RetractionAnswer.Of(view, known))));
    }

    private static async Task<Results<Ok<RetractionAnswer>, ProblemHttpResult>> GetAsync(
        string retraction, CurrentProject project, IGrainFactory grains, TaintReader taint, CancellationToken cancellationToken) =>
        await grains.GetGrain<IRetractionsGrain>(project.Key).GetAsync(retraction, cancellationToken) is { } view
            ? TypedResults.Ok(RetractionAnswer.Of(view, await taint.ReadAsync(project.Id, cancellationToken)))
            : ProblemMap.Problem(RefusalCodes.UnknownRetraction, $"There is no retraction '{retraction}'.");

    private static async Task<Results<Ok<RetractionAnswer>, ProblemHttpResult>> ReinstateAsync(
        string retraction, ReinstateBody body, CurrentProject project, Caller caller, IGrainFactory grains, RetractionRunner runner, TaintReader taint, CancellationToken cancellationToken)
    {
        var recorded = await grains.GetGrain<IRetractionsGrain>(project.Key).ReinstateAsync(retraction, body.Reason, caller.Id, cancellationToken);
        return recorded.Value is { } view
            ? TypedResults.Ok(RetractionAnswer.Of((await runner.RunAsync(project.Id, view.Name, cancellationToken))!, await taint.ReadAsync(project.Id, cancellationToken)))
            : ProblemMap.Problem(recorded.Refusal!);
    }

    private static async Task<Ok<Page<TaintedThing>>> TaintAsync(PageRequest page, CurrentProject project, TaintReader taint, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice(await taint.ReadAsync(project.Id, cancellationToken)));

    private static async Task<ProblemHttpResult?> MissingAsync(RetractBody body, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body is not { Judgment: { } judgment, Pair: { } pair })
        {
            return null;
        }

        var shard = grains.GetGrain<ILedgerShardGrain>($"{project.Key}/{PairShards.Of(pair, project.View.Shards)}");
        return await shard.GetPairAsync(pair, cancellationToken) is not { } view ? ProblemMap.Problem(RefusalCodes.UnknownPair, $"There is no pair '{pair}' in this project.")
            : view.Judgments.Any(live => live.Id == judgment) ? null
            : ProblemMap.Problem(RefusalCodes.UnknownJudgment, $"Pair {pair} has no live judgment {judgment}.");
    }

    internal sealed record RetractBody(string Reason, JudgmentId? Judgment = null, PairId? Pair = null, AnnotatorId? Annotator = null, DateTimeOffset? From = null);

    internal sealed record ReinstateBody(string Reason);

    internal sealed record TouchedAnswer(string Id, string Kind, string How);

    internal sealed record RetractionAnswer(
        string Id, RetractionState State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] JudgmentId? Judgment,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PairId? Pair, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AnnotatorId? Annotator,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? From, string Reason, string By, DateTimeOffset Created, int Judgments, ImmutableArray<TouchedAnswer> Touched)
    {
        public static RetractionAnswer Of(RetractionView view, ImmutableArray<TaintedThing> known) => new(
            view.Name, view.State, view.Judgment, view.Pair, view.Annotator, view.From, view.Reason, view.By, view.Created, view.Judgments,
            view.Taints
                ? [.. known.SelectMany(thing => thing.Tainted.Where(taint => taint.Retraction == view.Name).Select(taint => new TouchedAnswer(thing.Id, thing.Kind, taint.How)))]
                : [.. view.Touched.Select(thing => new TouchedAnswer(thing.Id, thing.Kind, thing.How))]);
    }
}
