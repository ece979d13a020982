using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Strengths of policies, or why there are none.</summary>
/// <param name="Policies">By policy index; empty when undefined.</param>
/// <param name="TieWeight">Davidson's ν, or null with half ties.</param>
/// <param name="Undefined">Why there are no strengths, as a sentence; else null.</param>
public sealed record BradleyTerryFit(ImmutableArray<PolicyStrength> Policies, double? TieWeight, string? Undefined);
