using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>A known prompt.</summary>
/// <param name="Id">The prompt.</param>
/// <param name="Split">train or test.</param>
/// <param name="At">Its row.</param>
/// <param name="Labels">Language and tags, or null.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-entry")]
public sealed record PromptEntry(PromptId Id, string Split, BlobSlice At, PromptLabels? Labels = null);
