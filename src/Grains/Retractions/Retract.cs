using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Retractions;

/// <summary>A wish to take out a judgment, or what an annotator judged.</summary>
/// <param name="IdempotencyKey">The same key names the same retraction.</param>
/// <param name="Reason">Why; part of the ledger, so no personal data.</param>
/// <param name="By">Id of who decides.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.retract")]
public sealed record Retract(string IdempotencyKey, string Reason, string By)
{
    /// <summary>One judgment; then with its pair and no annotator.</summary>
    [Id(3)] public JudgmentId? Judgment { get; init; }

    /// <summary>The judgment's pair.</summary>
    [Id(4)] public PairId? Pair { get; init; }

    /// <summary>All live judgments of this annotator.</summary>
    [Id(5)] public AnnotatorId? Annotator { get; init; }

    /// <summary>Of the annotator's, those that arrived at this time or later; null for all.</summary>
    [Id(6)] public DateTimeOffset? From { get; init; }
}
