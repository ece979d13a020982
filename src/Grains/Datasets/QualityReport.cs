using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>quality.json: what was counted, how annotators agree, how much of the wanted votes is there.</summary>
internal static class QualityReport
{
    private const int Resamples = 400;

    public static JsonObject Of(ImmutableArray<SourcePair> pairs, VersionFacts facts)
    {
        var voted = pairs.Where(source => source.Pair.Purpose is Purpose.Vote).ToImmutableArray();
        var votes = voted.SelectMany(source => source.Votes).ToImmutableArray();
        var sided = votes.Where(vote => vote.Event.Verdict.Choice is Choice.A or Choice.B).ToImmutableArray();
        var (agreeing, compared) = Agreement(voted);
        var times = votes.Select(vote => vote.Event.ActiveMilliseconds).Where(time => time > 0).Order().ToArray();
        return new()
        {
            ["format"] = 1,
            ["pairs"] = voted.Length,
            ["pairs_with_all_votes"] = voted.Count(source => source.Votes.Length >= source.Pair.Overlap),
            ["coverage"] = Share(voted.Count(source => source.Votes.Length >= source.Pair.Overlap), voted.Length),
            ["votes"] = votes.Length,
            ["surplus"] = voted.Sum(source => source.Judgments.Count(judgment => judgment.IsLive && !judgment.Event.Counted && judgment.Event.Verdict.Choice is not Choice.Skip)),
            ["withdrawn_or_superseded"] = voted.Sum(source => source.Judgments.Count(judgment => !judgment.IsLive)),
            ["skips"] = facts.Skips,
            ["annotators"] = votes.Select(vote => vote.Event.Annotator).Distinct().Count(),
            ["dpo_train"] = facts.DpoTrain,
            ["dpo_test"] = facts.DpoTest,
            ["replayed"] = facts.Replayed,
            ["ties_in_window"] = facts.Ties,
            ["both_bad_in_window"] = facts.BothBad,
            ["no_majority_in_window"] = facts.NoMajority,
            ["raw_agreement"] = Share(agreeing, compared),
            ["agreement_pairs_of_votes"] = compared,
            ["alpha_nominal"] = Alpha(voted, vote => (int)vote.Choice, RatingScale.Nominal),
            ["alpha_ordinal"] = Alpha(voted, Signed, RatingScale.Ordinal),
            ["left_share"] = Share(sided.Count(IsLeft), sided.Length),
            ["median_active_ms"] = times.Length is 0 ? null : times[times.Length / 2],
        };
    }

    private static (int Agreeing, int Compared) Agreement(ImmutableArray<SourcePair> pairs)
    {
        var (agreeing, compared) = (0, 0);
        foreach (var source in pairs)
        {
            var choices = source.Votes.Select(vote => vote.Event.Verdict.Choice).ToArray();
            compared += choices.Length * (choices.Length - 1) / 2;
            agreeing += choices.GroupBy(choice => choice).Sum(same => same.Count() * (same.Count() - 1) / 2);
        }

        return (agreeing, compared);
    }

    /// <summary>Krippendorff's alpha with its interval, or why there is none.</summary>
    private static JsonObject Alpha(ImmutableArray<SourcePair> pairs, Func<Verdict, int?> valueOf, RatingScale scale)
    {
        var ratings = pairs.SelectMany((source, unit) => source.Votes.Select(vote => valueOf(vote.Event.Verdict)).Where(value => value is not null).Select(value => new Rating(unit, value!.Value)));
        var alpha = KrippendorffAlpha.Of([.. ratings], scale, Resamples);
        return new()
        {
            ["value"] = alpha.Value,
            ["low"] = alpha.Interval?.Low,
            ["high"] = alpha.Interval?.High,
            ["pairs"] = alpha.Units,
            ["undefined"] = alpha.Undefined,
        };
    }

    /// <summary>−3 (A is much better) to 3 (B is), 0 for a tie; a vote without a strength is missing.</summary>
    private static int? Signed(Verdict verdict) => verdict.Choice switch
    {
        Choice.A => -verdict.Strength,
        Choice.B => verdict.Strength,
        Choice.Tie => 0,
        _ => null,
    };

    private static bool IsLeft(SourceJudgment vote) => vote.Event.Verdict.Choice is Choice.A == (vote.Event.Order is ShownOrder.Ab);

    private static JsonValue? Share(int part, int whole) => whole is 0 ? null : JsonValue.Create(part / (double)whole);
}
