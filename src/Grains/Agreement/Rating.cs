namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One rating of one unit. A missing rating is simply not there.</summary>
/// <param name="Unit">Index of the unit.</param>
/// <param name="Value">The value: −3 to 3 for strengths, or any code on a nominal scale.</param>
public readonly record struct Rating(int Unit, double Value);
