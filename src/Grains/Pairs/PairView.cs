using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>A pair and what was said of it.</summary>
/// <param name="Record">The pair.</param>
/// <param name="Judgments">Live judgments in ledger order, surplus ones too.</param>
/// <param name="IsOpen">More votes are wanted.</param>
/// <param name="InReview">Three skips or a report.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-view")]
public sealed record PairView(PairRecord Record, ImmutableArray<JudgmentView> Judgments, bool IsOpen, bool InReview);

/// <summary>One live judgment.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Seq">Its sequence number in the shard.</param>
/// <param name="Annotator">Who.</param>
/// <param name="Verdict">In canonical order.</param>
/// <param name="Purpose">Why.</param>
/// <param name="Counted">Fills a slot.</param>
/// <param name="Time">Server time.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.judgment-view")]
public sealed record JudgmentView(JudgmentId Id, long Seq, AnnotatorId Annotator, Verdict Verdict, Purpose Purpose, bool Counted, DateTimeOffset Time)
{
    /// <summary>The order it gave, in canonical positions, of a ranking; else null.</summary>
    [Id(7)] public Ranking? Ranking { get; init; }
}
