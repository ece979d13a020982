namespace Orleans.Dpo.Grains.Rounds;

/// <summary>One check of the gate.</summary>
/// <param name="Name">Such as kl, length-ratio, vs-parent.</param>
/// <param name="Value">Measured.</param>
/// <param name="Limit">The limit in words, such as ≤ 3.5.</param>
/// <param name="Passed">Whether it holds.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.gate-check")]
public sealed record GateCheck(string Name, double Value, string Limit, bool Passed);
