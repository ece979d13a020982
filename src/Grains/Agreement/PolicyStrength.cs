namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One policy in a Bradley–Terry fit.</summary>
/// <param name="Strength">θ in logits; they sum to 0. 400/ln 10 of it is on Elo's scale.</param>
/// <param name="Interval">95 % bootstrap interval, or null without resamples.</param>
/// <param name="Battles">Its battles.</param>
public readonly record struct PolicyStrength(double Strength, Interval? Interval, int Battles);
