using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One vote, as the joint model sees it.</summary>
/// <param name="Item">Index of the pair.</param>
/// <param name="Annotator">Index of the annotator.</param>
/// <param name="Choice">A, B, Tie or BothBad, in canonical order.</param>
/// <param name="AOnLeft">A was shown on the left.</param>
public readonly record struct JointJudgment(int Item, int Annotator, Choice Choice, bool AOnLeft);
