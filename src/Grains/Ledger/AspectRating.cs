namespace Orleans.Dpo.Grains.Ledger;

/// <summary>How the two responses compare on one aspect.</summary>
/// <param name="Aspect">The aspect's slug.</param>
/// <param name="Value">Negative: the left one, in the ledger A, is better; positive: the right one, in the ledger B; 0: no difference.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.aspect-rating")]
public readonly record struct AspectRating(string Aspect, int Value);
