namespace Orleans.Dpo.Grains.Generations;

/// <summary>A wish for pairs.</summary>
/// <param name="Reason">low-water, promoted or manual.</param>
/// <param name="IdempotencyKey">The same key gives the same generation.</param>
/// <param name="Pairs">Pairs wanted, or null for the project's setting.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.plan-generation")]
public sealed record PlanGeneration(string Reason, string IdempotencyKey, int? Pairs);
