namespace Orleans.Dpo.Grains.Policies;

/// <summary>Which policy writes the next pairs.</summary>
/// <param name="Active">The active policy.</param>
/// <param name="Parent">The policy it was trained from, or null.</param>
/// <param name="Start">π0.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.active-policy")]
public sealed record ActivePolicy(string Active, string? Parent, string Start);
