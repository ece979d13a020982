using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Judgments to take out, or to make live again.</summary>
/// <param name="Retraction">Name of the retraction, such as <c>t3</c>.</param>
/// <param name="Judgments">Judgments of this shard; unknown ones and those that are so already are passed over.</param>
/// <param name="Reason">Why.</param>
/// <param name="By">Id of who decided.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.retract-judgments")]
public sealed record RetractJudgments(string Retraction, ImmutableArray<JudgmentId> Judgments, string Reason, string By);

/// <summary>A search for live judgments: one, or those of an annotator.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.judgment-search")]
public sealed record JudgmentSearch
{
    /// <summary>This one only.</summary>
    [Id(0)] public JudgmentId? Judgment { get; init; }

    /// <summary>All of this annotator.</summary>
    [Id(1)] public AnnotatorId? Annotator { get; init; }

    /// <summary>Of the annotator's, those that arrived at this time or later.</summary>
    [Id(2)] public DateTimeOffset? From { get; init; }
}

/// <summary>A live judgment that was found.</summary>
/// <param name="Id">The judgment.</param>
/// <param name="Pair">Its pair.</param>
/// <param name="Seq">Its number in the shard.</param>
/// <param name="Counted">It fills a slot.</param>
/// <param name="HeadToHead">The round whose gate it was made for, or null.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.found-judgment")]
public sealed record FoundJudgment(JudgmentId Id, PairId Pair, long Seq, bool Counted, string? HeadToHead);
