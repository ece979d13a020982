using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>One vote, as aggregations see it.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Verdict">In canonical order.</param>
/// <param name="Order">How it was shown.</param>
public readonly record struct PairVote(AnnotatorId Annotator, Verdict Verdict, ShownOrder Order);

/// <summary>What an aggregation sees of a pair.</summary>
/// <param name="Key">The digits of the pair's id as a number: the order of keys is the order of ids.</param>
/// <param name="LengthA">UTF-16 units of response A.</param>
/// <param name="LengthB">UTF-16 units of response B.</param>
/// <param name="Votes">The votes that count, by annotator and judgment id, so that sums have one order whatever order the ledger was read in.</param>
/// <param name="Adjudicated">The newest live adjudication, or null.</param>
public sealed record PairVotes(UInt128 Key, int LengthA, int LengthB, ImmutableArray<PairVote> Votes, Verdict? Adjudicated)
{
    /// <summary>Makes it of a pair and its votes.</summary>
    public static PairVotes Of(SourcePair source, PairTexts texts, ImmutableArray<SourceJudgment> votes) => new(
        KeyOf(source.Pair.Id), texts.A.Text.Length, texts.B.Text.Length,
        [.. votes.OrderBy(vote => vote.Event.Annotator).ThenBy(vote => vote.Event.Id).Select(vote => new PairVote(vote.Event.Annotator, vote.Event.Verdict, vote.Event.Order))],
        source.Judgments.LastOrDefault(judgment => judgment.IsLive && judgment.Event.Purpose is Purpose.Adjudication && judgment.Event.Verdict.Choice is not Choice.Skip)?.Event.Verdict);

    /// <summary>The key of an id.</summary>
    public static UInt128 KeyOf(Pairs.PairId pair) => UInt128.Parse(pair.Value.AsSpan(3), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The id of a key.</summary>
    public static Pairs.PairId IdOf(UInt128 key) => new("pa_" + key.ToString("x32", System.Globalization.CultureInfo.InvariantCulture));
}
