using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Jobs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Rounds;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Jobs;
using Orleans.Dpo.Silo.Retractions;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Training rounds: plan, watch, decide by hand.</summary>
internal static class RoundsApi
{
    public static IEndpointRouteBuilder MapRounds(this IEndpointRouteBuilder project)
    {
        project.MapPost("/rounds", PlanAsync).Describe("plan-round", "Plans a training round, or gates a pushed policy (candidate).").For(Roles.Operator).WithMetadata(new IdempotentCreation());
        project.MapGet("/rounds", ListAsync).Describe("list-rounds", "Rounds, newest first.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/rounds/{round}", GetAsync).Describe("get-round", "One round.").For(Roles.Researcher, Roles.Operator).ShowsTaint();
        project.MapGet("/rounds/{round}/metrics", MetricsAsync).Describe("round-metrics", "Training metrics as JSON lines, from after a step.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        project.MapGet("/rounds/{round}/evaluation/{policy}", EvaluationAsync).Describe("round-evaluation", "A policy's responses on held-out prompts, as JSON lines.")
            .Produces(StatusCodes.Status200OK, contentType: "application/x-ndjson").For(Roles.Researcher, Roles.Operator);
        foreach (var (verb, kind) in new[] { ("cancel", RoundEventKind.Cancelled), ("promote", RoundEventKind.PromotedByHand), ("reject", RoundEventKind.RejectedByHand) })
        {
            project.MapPost($"/rounds/{{round}}/{verb}", (string round, ReasonRequest? body, CurrentProject current, Caller caller, IGrainFactory grains, CancellationToken cancellationToken) =>
                DecideAsync(round, kind, body, current, caller, grains, cancellationToken)).Describe($"{verb}-round", $"Operator's decision: {verb}.").For(Roles.Operator);
        }

        return project;
    }

    private static async Task<Results<Accepted<RoundAnswer>, ProblemHttpResult>> PlanAsync(
        RoundRequest? body, CurrentProject project, IGrainFactory grains, HttpRequest request, CancellationToken cancellationToken)
    {
        var planned = await grains.GetGrain<IRoundsGrain>(project.Key).PlanAsync(
            new("manual", CreationKeys.Of(request), body?.Settings, body?.Candidate), cancellationToken);
        return planned.Value is { } view
            ? TypedResults.Accepted($"/api/v1/projects/{project.Key}/rounds/r{view.Number}", RoundAnswer.Of(view))
            : ProblemMap.Problem(planned.Refusal!);
    }

    private static async Task<Ok<Page<RoundAnswer>>> ListAsync(PageRequest page, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var found = await grains.GetGrain<IRoundsGrain>(project.Key).ListAsync(page.Before, page.Limit + 1, cancellationToken);
        return TypedResults.Ok(page.Of(found, RoundAnswer.Of, last => CreationKeys.Number(last.Number)));
    }

    private static async Task<Results<Ok<RoundAnswer>, ProblemHttpResult>> GetAsync(string round, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        await grains.GetGrain<IRoundsGrain>(project.Key).GetAsync(round, cancellationToken) is { } view ? TypedResults.Ok(RoundAnswer.Of(view)) : Unknown(round);

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> MetricsAsync(
        string round, CurrentProject project, IGrainFactory grains, RoundMetrics metrics, int after = 0, CancellationToken cancellationToken = default) =>
        await grains.GetGrain<IRoundsGrain>(project.Key).GetAsync(round, cancellationToken) is null
            ? Unknown(round)
            : TypedResults.Stream(
                async stream =>
                {
                    foreach (var line in await metrics.ReadAsync(project.Id, round, after, cancellationToken))
                    {
                        await stream.WriteAsync(line, cancellationToken);
                    }
                },
                "application/x-ndjson");

    private static async Task<Results<ContentHttpResult, ProblemHttpResult>> EvaluationAsync(
        string round, string policy, CurrentProject project, IGrainFactory grains, RoundEvaluation evaluation, CancellationToken cancellationToken)
    {
        if (await grains.GetGrain<IRoundsGrain>(project.Key).GetAsync(round, cancellationToken) is not { } view)
        {
            return Unknown(round);
        }

        var measures = view.Measures.FirstOrDefault(m => m.Policy == policy);
        return measures is not null
            ? TypedResults.Text(await evaluation.ReadAsync(project.Id, round, measures.Responses, cancellationToken), "application/x-ndjson")
            : ProblemMap.Problem(RefusalCodes.UnknownPolicy, $"Round {round} has no evaluation of '{policy}'.");
    }

    private static async Task<Results<Ok<RoundAnswer>, ProblemHttpResult>> DecideAsync(
        string round, RoundEventKind kind, ReasonRequest? body, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (body?.Reason is { Length: > 1000 })
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "A reason has at most 1000 characters.", field: "reason");
        }

        var why = new Refusal("by-hand", $"{body?.Reason ?? "no reason given"} (by {caller.Id})");
        var applied = await grains.GetGrain<IRoundsGrain>(project.Key).ApplyAsync(round, new() { Kind = kind, Reason = why }, cancellationToken);
        if (applied.Refusal is null && kind is RoundEventKind.Cancelled)
        {
            var queue = grains.GetGrain<IJobQueueGrain>("_");
            await queue.CancelAsync(new(project.Id, round, JobKinds.Train), cancellationToken);
            await queue.CancelAsync(new(project.Id, round, JobKinds.Evaluate), cancellationToken);
        }

        return applied.ToOk(RoundAnswer.Of);
    }

    private static ProblemHttpResult Unknown(string round) => ProblemMap.Problem(RefusalCodes.UnknownRound, $"There is no round '{round}'.");

    internal sealed record RoundRequest(RoundSettings? Settings = null, string? Candidate = null);

    internal sealed record ReasonRequest(string? Reason = null);

    internal sealed record RoundAnswer(
        string Id, RoundState State, string Trigger, DateTimeOffset Planned, DateTimeOffset? Ended, string Parent, string Start, string Reference, int? Version, string? Candidate,
        TrainFacts? Train, ImmutableArray<MeasuresAnswer> Measures, int HeadToHead, GateReport? Gate, string Reason, DateTimeOffset? AwaitingSince, RoundSettings Settings) : ITaintable
    {
        [JsonIgnore]
        public string TaintId => Id;

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public ImmutableArray<Taint>? Tainted { get; set; }

        public static RoundAnswer Of(RoundView round) => new(
            $"r{round.Number}", round.State, round.Trigger, round.Planned, round.Ended, round.Parent, round.Start, round.Reference, round.Version, round.Candidate,
            round.Train, [.. round.Measures.Select(MeasuresAnswer.Of)], round.HeadToHead, round.Gate, round.Reason, round.AwaitingSince, round.Settings);
    }

    internal sealed record MeasuresAnswer(
        string Policy, double KlToStart, double MeanTokens, double Finished, double Distinct2, double OddRate, double? ChosenLogpShift, double? PairAccuracy)
    {
        public static MeasuresAnswer Of(PolicyMeasures m) => new(m.Policy, m.KlToStart, m.MeanTokens, m.Finished, m.Distinct2, m.OddRate, m.ChosenLogpShift, m.PairAccuracy);
    }
}
