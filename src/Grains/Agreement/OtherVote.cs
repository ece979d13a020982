using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Someone else's vote, shown to an adjudicator after his own verdict.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Choice">In canonical order.</param>
/// <param name="ForLeft">For a side: it is the one that the adjudicator saw on the left.</param>
/// <param name="Strength">1 to 3 for a side that has one, else 0.</param>
public readonly record struct OtherVote(AnnotatorId Annotator, Choice Choice, bool ForLeft, int Strength);
