using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Pairs to judge. An answer holds texts in shown order and nothing that tells who wrote them or why they are shown.</summary>
internal static class LeasesApi
{
    public static IEndpointRouteBuilder MapLeases(this IEndpointRouteBuilder project)
    {
        project.MapPost("/leases", LeaseAsync).Describe("lease-pairs", "Leases up to four pairs, or rankings, to the caller.").For(Roles.Annotator).WithMetadata(new RecentProject());
        project.MapDelete("/leases", ReleaseAsync).Describe("release-leases", "Gives back all the caller's leases.").For(Roles.Annotator, Roles.Adjudicator, Roles.Operator);
        return project;
    }

    private static async Task<Results<Ok<LeasesAnswer>, ProblemHttpResult>> LeaseAsync(
        LeaseBody body, CurrentProject project, Caller caller, PairDealer dealer, RowTexts texts, BlindKeys blinds, HttpResponse response, CancellationToken cancellationToken)
    {
        if (body.Count is < 1 or > 4)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "count is from 1 to 4.", field: "count");
        }

        if (caller.Person is not { } annotator)
        {
            return NoPerson();
        }

        var dealt = await dealer.DealAsync(project.View, annotator, body.Count, body.Kind, cancellationToken);
        if (dealt.Refusal is { } refusal && dealt.Pairs.IsEmpty)
        {
            return ProblemMap.Problem(refusal);
        }

        var blind = await blinds.OfAsync(project.Id, cancellationToken);
        var items = ImmutableArray.CreateBuilder<LeaseItem>(dealt.Pairs.Length);
        foreach (var pair in dealt.Pairs)
        {
            items.Add(await ShowAsync(pair, blind.Seal(annotator, pair.Lease, pair.Pair.Id), project.View.Guideline, texts, cancellationToken));
        }

        response.Headers.CacheControl = "no-store";
        SiloMeters.Leases.Add(items.Count);
        if (dealt.Reason is { } reason)
        {
            SiloMeters.EmptyLeases.Add(1, new KeyValuePair<string, object?>("reason", reason));
        }

        return TypedResults.Ok(new LeasesAnswer(items.MoveToImmutable(), dealt.Left, dealt.Reason, dealt.Detail, dealt.RetryAfterSeconds, dealt.NextAt));
    }

    private static async Task<Results<Ok<ReleasedAnswer>, ProblemHttpResult>> ReleaseAsync(
        CurrentProject project, Caller caller, PairDealer dealer, CancellationToken cancellationToken) =>
        caller.Person is { } annotator
            ? TypedResults.Ok(new ReleasedAnswer(await dealer.ReleaseAsync(project.View, annotator, cancellationToken)))
            : NoPerson();

    internal static ProblemHttpResult NoPerson() =>
        ProblemMap.Problem(RefusalCodes.MissingRole, "This key acts for no person, so it can neither lease nor judge; make one with a person.");

    internal static async Task<LeaseItem> ShowAsync(
        LeasedPair leased, (string Lease, string Pair) names, int guideline, RowTexts texts, CancellationToken cancellationToken)
    {
        var prompt = await texts.PromptAsync(leased.Pair.PromptAt, cancellationToken);
        if (leased.Pair.Purpose is Purpose.Ranking)
        {
            var responses = leased.Pair.Responses;
            var shown = await Task.WhenAll(ShownResponses.Of(leased.Lease, responses.Length).Select(position => texts.ResponseAsync(responses[position].At, cancellationToken)));
            return new(names.Lease, names.Pair, prompt, null, null, [.. shown], guideline, leased.Expires);
        }

        var a = await texts.ResponseAsync(leased.Pair.AAt, cancellationToken);
        var b = await texts.ResponseAsync(leased.Pair.BAt, cancellationToken);
        var (left, right) = leased.Order is ShownOrder.Ab ? (a, b) : (b, a);
        return new(names.Lease, names.Pair, prompt, left, right, null, guideline, leased.Expires);
    }

    internal sealed record LeaseBody(int Count = 1, TaskKind Kind = TaskKind.Pair);

    internal sealed record LeasesAnswer(
        ImmutableArray<LeaseItem> Items,
        int Left,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Detail,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfterSeconds,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? NextAt);

    /// <summary>What an annotator sees. Both ids are opaque (<see cref="BlindKey"/>). No member may be added that differs between the two responses' writers.</summary>
    internal sealed record LeaseItem(
        string Lease,
        string Pair,
        PromptContent Prompt,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Left,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Right,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ImmutableArray<string>? Responses,
        int Guideline,
        DateTimeOffset Expires);

    internal sealed record ReleasedAnswer(int Released);
}
