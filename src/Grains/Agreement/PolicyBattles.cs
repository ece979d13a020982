using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Policies by strength, from blind comparisons of their answers.</summary>
/// <param name="AsOf">When it was computed.</param>
/// <param name="Battles">Comparisons.</param>
/// <param name="Undefined">Why there are no strengths, as a sentence; else null.</param>
/// <param name="Policies">Strongest first.</param>
public sealed record PolicyBattles(DateTimeOffset AsOf, int Battles, string? Undefined, ImmutableArray<PolicyBattle> Policies);

/// <summary>One policy among others.</summary>
/// <param name="Policy">Its name.</param>
/// <param name="Strength">θ in logits; they sum to 0.</param>
/// <param name="Interval">95 % bootstrap interval, or null.</param>
/// <param name="Battles">Comparisons with it.</param>
public sealed record PolicyBattle(string Policy, double Strength, Interval? Interval, int Battles);
