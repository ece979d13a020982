using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A vote on the grid: (s, Δstyle) are the coefficients of (b, c) in η, and that of a is d.</summary>
/// <param name="Choice">A, B or Tie.</param>
/// <param name="Side">+1 with A on the left, −1 with B there.</param>
/// <param name="Style">Δstyle of its item.</param>
internal readonly record struct JointVote(Choice Choice, double Side, double Style);
