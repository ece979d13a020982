using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Imports;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Practice before the first real pairs: pairs with known answers, and right after each answer what the guideline says.</summary>
internal static class PracticeApi
{
    private const int MaxRows = 200;

    public static IEndpointRouteBuilder MapPractice(this IEndpointRouteBuilder project)
    {
        project.MapPost("/practice", AddAsync).Describe("add-practice", "Adds practice pairs with their right answers and explanations, or changes them.").Bulk<PracticeBody>().For(Roles.Operator);
        project.MapGet("/practice", ListAsync).Describe("list-practice", "Practice pairs with their texts.").For(Roles.Operator, Roles.Researcher);
        project.MapDelete("/practice/{id}", RemoveAsync).Describe("remove-practice", "Gives a practice pair to nobody any more.").For(Roles.Operator);
        project.MapGet("/practice/runs", RunsAsync).Describe("list-practice-runs", "Who practised, and with what result, newest first.").For(Roles.Operator, Roles.Researcher);
        project.MapPost("/practice/begin", BeginAsync).Describe("begin-practice", "The caller's open practice, or a new attempt.").For(Roles.Annotator);
        project.MapPost("/practice/answers", AnswerAsync).Describe("answer-practice", "Answers a practice pair; tells what is right and why.").For(Roles.Annotator);
        project.MapPost("/annotators/{id}/admit", AdmitAsync).Describe("admit-annotator", "Admits an annotator to real pairs without practice.").For(Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<CountAnswer>, ProblemHttpResult>> AddAsync(CurrentProject project, IBlobStore store, IGrainFactory grains, HttpRequest request, CancellationToken cancellationToken)
    {
        var rows = (await BulkReader.ReadAsync<JsonElement>(request, MaxRows, cancellationToken)).Select((row, i) => PracticeRow.Read(row, i + 1)).ToArray();
        foreach (var row in rows)
        {
            await store.PutOnceAsync(row.ToItem(project.Key).Blob, row.ToBytes(), cancellationToken);
        }

        return (await Practice(grains, project).AddAsync([.. rows.Select(row => row.ToItem(project.Key)).DistinctBy(item => item.Id)], cancellationToken)).ToOk(count => new CountAnswer(count));
    }

    private static async Task<Ok<Page<PracticePair>>> ListAsync(CurrentProject project, PageRequest page, IBlobStore store, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var items = page.Slice(await Practice(grains, project).ListAsync(cancellationToken));
        var pairs = ImmutableArray.CreateBuilder<PracticePair>(items.Items.Length);
        foreach (var item in items.Items)
        {
            var row = await ReadAsync(store, item, cancellationToken);
            pairs.Add(new(item.Id, row.Prompt, row.ResponseA, row.ResponseB, row.Right, row.Explanation));
        }

        return TypedResults.Ok(new Page<PracticePair>(pairs.MoveToImmutable(), items.Next));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(string id, CurrentProject project, IGrainFactory grains, CancellationToken cancellationToken) =>
        (await Practice(grains, project).RemoveAsync(id, cancellationToken)).Refusal is { } refusal ? ProblemMap.Problem(refusal) : TypedResults.NoContent();

    private static async Task<Ok<Page<RunAnswer>>> RunsAsync(CurrentProject project, PageRequest page, IGrainFactory grains, CancellationToken cancellationToken) =>
        TypedResults.Ok(page.Slice((await Practice(grains, project).ListRunsAsync(cancellationToken)).Select(run =>
            new RunAnswer(run.Annotator, run.Attempt, run.Steps.Length, run.CountDone(), run.CountCorrect(), run.Needed, run.Passed, run.By, run.Began, run.Ended))));

    private static async Task<Results<Ok<PracticeView>, ProblemHttpResult>> BeginAsync(CurrentProject project, Caller caller, IBlobStore store, IGrainFactory grains, HttpResponse response, CancellationToken cancellationToken)
    {
        var settings = project.View.Settings.Assignment;
        if (caller.Person is not { } annotator)
        {
            return LeasesApi.NoPerson();
        }

        if (settings.Practice is 0)
        {
            return ProblemMap.Problem(RefusalCodes.WrongState, "This project asks for no practice.");
        }

        var begun = await Practice(grains, project).BeginAsync(annotator, settings.Practice, settings.PracticePass, cancellationToken);
        response.Headers.CacheControl = "no-store";
        return begun.Value is { } run ? TypedResults.Ok(await ViewAsync(project, run, store, grains, cancellationToken)) : ProblemMap.Problem(begun.Refusal!);
    }

    private static async Task<Results<Ok<FeedbackAnswer>, ProblemHttpResult>> AnswerAsync(
        AnswerBody body, CurrentProject project, Caller caller, IBlobStore store, IGrainFactory grains, HttpResponse response, CancellationToken cancellationToken)
    {
        if (caller.Person is not { } annotator)
        {
            return LeasesApi.NoPerson();
        }

        var answered = await Practice(grains, project).AnswerAsync(annotator, body.Number, body.Choice, cancellationToken);
        if (answered.Value is not { } run)
        {
            return ProblemMap.Problem(answered.Refusal!);
        }

        var step = run.Steps[body.Number - 1];
        var item = (await Practice(grains, project).FindAsync(step.Item, cancellationToken))!;
        var row = await ReadAsync(store, item, cancellationToken);
        response.Headers.CacheControl = "no-store";
        return TypedResults.Ok(new FeedbackAnswer(
            step.Correct is true, body.Choice, PracticeRules.Seen(item.Right, step.Order), row.Explanation, await ViewAsync(project, run, store, grains, cancellationToken)));
    }

    private static async Task<Results<Ok<RunAnswer>, ProblemHttpResult>> AdmitAsync(string id, CurrentProject project, Caller caller, IGrainFactory grains, CancellationToken cancellationToken)
    {
        if (!AnnotatorId.TryParse(id, out var annotator))
        {
            return ProblemMap.Problem(ProblemCodes.UnknownPerson, $"'{id}' is no annotator's id.");
        }

        var run = await Practice(grains, project).AdmitAsync(annotator, caller.Id, cancellationToken);
        return TypedResults.Ok(new RunAnswer(run.Annotator, run.Attempt, run.Steps.Length, run.CountDone(), run.CountCorrect(), run.Needed, run.Passed, run.By, run.Began, run.Ended));
    }

    private static async Task<PracticeView> ViewAsync(CurrentProject project, PracticeRun run, IBlobStore store, IGrainFactory grains, CancellationToken cancellationToken)
    {
        var done = run.CountDone();
        NextPair? next = null;
        if (done < run.Steps.Length)
        {
            var row = await ReadAsync(store, (await Practice(grains, project).FindAsync(run.Steps[done].Item, cancellationToken))!, cancellationToken);
            var (left, right) = run.Steps[done].Order is ShownOrder.Ab ? (row.ResponseA, row.ResponseB) : (row.ResponseB, row.ResponseA);
            next = new(done + 1, row.Prompt, left, right, project.View.Guideline);
        }

        return new(run.Attempt, run.Steps.Length, done, run.CountCorrect(), run.Needed, run.Passed, next);
    }

    private static async Task<PracticeRow> ReadAsync(IBlobStore store, PracticeItem item, CancellationToken cancellationToken) =>
        PracticeRow.Parse(await store.ReadAsync(item.Blob, cancellationToken));

    private static IPracticeGrain Practice(IGrainFactory grains, CurrentProject project) => grains.GetGrain<IPracticeGrain>(project.Key);

    /// <summary><c>right</c> is a, b, tie or both_bad; a means <c>response_a</c>. <c>explanation</c> is what the guideline says.</summary>
    internal sealed record PracticeBody(JsonElement Prompt, string ResponseA, string ResponseB, string Right, string Explanation);

    internal sealed record AnswerBody(int Number, ShownChoice Choice);

    internal sealed record CountAnswer(int Practice);

    internal sealed record PracticePair(string Id, PromptContent Prompt, string ResponseA, string ResponseB, string Right, string Explanation);

    internal sealed record RunAnswer(AnnotatorId Annotator, int Attempt, int Of, int Done, int Correct, int Needed, bool? Passed, string? By, DateTimeOffset Began, DateTimeOffset? Ended);

    /// <summary>Where a practice stands; <c>next</c> is absent after the last pair, <c>passed</c> before.</summary>
    internal sealed record PracticeView(
        int Attempt, int Of, int Done, int Correct, int Needed,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] bool? Passed,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] NextPair? Next);

    internal sealed record NextPair(int Number, PromptContent Prompt, string Left, string Right, int Guideline);

    internal sealed record FeedbackAnswer(bool Correct, ShownChoice Said, ShownChoice Answer, string Explanation, PracticeView Practice);
}
