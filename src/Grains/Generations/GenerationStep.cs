using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Generations;

/// <summary>A step.</summary>
/// <param name="State">The state reached.</param>
/// <param name="Pairs">Done: pairs made.</param>
/// <param name="Dropped">Done: prompts whose responses were identical, empty or unfinished.</param>
/// <param name="Reason">Failed: why.</param>
/// <param name="Responses">Pairing: blob of the uploaded responses, one <see cref="Formats.JobResponse"/> a line.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.generation-step")]
public sealed record GenerationStep(GenerationState State, int Pairs = 0, int Dropped = 0, Refusal? Reason = null, string? Responses = null);
