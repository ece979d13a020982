namespace Orleans.Dpo.Grains.Projects;

/// <summary>Work outside of turns that the loop asks a hosted service to do. Doing it twice is harmless.</summary>
/// <param name="Kind">What.</param>
/// <param name="Name">Of which version, round or generation.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.loop-work")]
public sealed record LoopWork(LoopWorkKind Kind, string Name);
