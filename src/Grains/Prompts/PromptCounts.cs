namespace Orleans.Dpo.Grains.Prompts;

/// <summary>Number of prompts.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-counts")]
public sealed record PromptCounts(int Train, int Test);
