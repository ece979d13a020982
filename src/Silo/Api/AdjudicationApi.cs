using System.Collections.Immutable;
using Microsoft.AspNetCore.Http.HttpResults;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Agreement;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Telemetry;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Disputed pairs for someone senior: judged blind like any other, and only then what others said.</summary>
internal static class AdjudicationApi
{
    public static IEndpointRouteBuilder MapAdjudication(this IEndpointRouteBuilder project)
    {
        project.MapGet("/adjudication", CountAsync).Describe("count-disputed", "How many pairs wait for adjudication.").For(Roles.Adjudicator, Roles.Operator, Roles.Researcher);
        project.MapPost("/adjudication/leases", LeaseAsync).Describe("lease-disputed", "Leases up to four disputed pairs that the caller never saw.").For(Roles.Adjudicator, Roles.Operator);
        project.MapGet("/adjudication/{pair}", OthersAsync).Describe("get-votes-of-others", "What others said of a pair, after the caller's own verdict.").For(Roles.Adjudicator, Roles.Operator);
        return project;
    }

    private static async Task<Ok<DisputedAnswer>> CountAsync(CurrentProject project, AgreementService agreement, CancellationToken cancellationToken) =>
        TypedResults.Ok(new DisputedAnswer(await agreement.AskAsync(project.Id, model => model.Disputed, cancellationToken)));

    private static async Task<Results<Ok<LeasesApi.LeasesAnswer>, ProblemHttpResult>> LeaseAsync(
        LeasesApi.LeaseBody body, CurrentProject project, Caller caller, AgreementService agreement, PairDealer dealer, BlindKeys blinds, RowTexts texts, HttpResponse response, CancellationToken cancellationToken)
    {
        if (body.Count is < 1 or > 4)
        {
            return ProblemMap.Problem(RefusalCodes.BadRequest, "count is from 1 to 4.", field: "count");
        }

        if (caller.Person is not { } annotator)
        {
            return LeasesApi.NoPerson();
        }

        // Some more than wished: another adjudicator may hold the first ones.
        var disputed = await agreement.AskAsync(project.Id, model => model.NextDisputed(annotator, 4 * body.Count), cancellationToken);
        var blind = await blinds.OfAsync(project.Id, cancellationToken);
        var items = ImmutableArray.CreateBuilder<LeasesApi.LeaseItem>();
        foreach (var pair in disputed.IsDefault ? [] : disputed)
        {
            if (items.Count < body.Count)
            {
                foreach (var leased in await dealer.ProbesAsync(project.View, annotator, [new(pair, Purpose.Adjudication, null)], cancellationToken))
                {
                    items.Add(await LeasesApi.ShowAsync(leased, blind.Seal(annotator, leased.Lease, leased.Pair.Id), project.View.Guideline, texts, cancellationToken));
                }
            }
        }

        response.Headers.CacheControl = "no-store";
        SiloMeters.Leases.Add(items.Count);
        return TypedResults.Ok(items.Count > 0
            ? new LeasesApi.LeasesAnswer(items.ToImmutable(), Math.Max(0, disputed.Length - items.Count), null, null, null, null)
            : new LeasesApi.LeasesAnswer([], 0, "no-disputes", "No pair waits for adjudication that you have not seen.", 15, null));
    }

    private static async Task<Results<Ok<OthersAnswer>, ProblemHttpResult>> OthersAsync(
        string pair, string? lease, CurrentProject project, Caller caller, AgreementService agreement, BlindKeys blinds, CancellationToken cancellationToken)
    {
        if (caller.Person is not { } annotator)
        {
            return LeasesApi.NoPerson();
        }

        var named = BlindKey.IsPair(pair) ? (await blinds.OfAsync(project.Id, cancellationToken)).Open(annotator, lease ?? "", pair)?.Pair : null;
        if ((named ?? (caller.MaySeeIds && PairId.TryParse(pair, out var known) ? known : null)) is not { } id)
        {
            return ProblemMap.Problem(RefusalCodes.UnknownPair, "There is no such pair under this lease of the caller's.");
        }

        return await agreement.AskAsync(project.Id, model => model.OthersOf(id, annotator), cancellationToken) is { } others
            ? TypedResults.Ok(new OthersAnswer(pair, [.. others.Select(vote => OtherAnswer.Of(project.Key, vote))]))
            : ProblemMap.Problem(RefusalCodes.WrongState, "What others said is shown after your own verdict on the pair.");
    }

    internal sealed record DisputedAnswer(int Disputed);

    internal sealed record OthersAnswer(string Pair, ImmutableArray<OtherAnswer> Votes);

    /// <summary>As the adjudicator's screen showed it; annotators by their names in datasets.</summary>
    internal sealed record OtherAnswer(string Annotator, string Choice, int? Strength)
    {
        public static OtherAnswer Of(string project, OtherVote vote) => new(DatasetNames.Annotator(project, vote.Annotator), vote.Choice switch
        {
            Grains.Ledger.Choice.Tie => "tie",
            Grains.Ledger.Choice.BothBad => "both_bad",
            _ => vote.ForLeft ? "left" : "right",
        }, vote.Strength > 0 ? vote.Strength : null);
    }
}
