using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One verdict between two policies.</summary>
/// <param name="A">Index of the policy of response A.</param>
/// <param name="B">Index of the policy of response B.</param>
/// <param name="Choice">A, B, Tie, or BothBad, which counts as a tie: neither is better.</param>
public readonly record struct Battle(int A, int B, Choice Choice);
