using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>A row of an import: a prompt and two responses, in the order of the row.</summary>
internal sealed record ImportedPair(PromptRow Prompt, ResponseRow A, ResponseRow B);
