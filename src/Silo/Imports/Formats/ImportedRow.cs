using System.Collections.Immutable;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>One comparison of a foreign file.</summary>
/// <param name="Prompt">What was answered.</param>
/// <param name="First">One response.</param>
/// <param name="Second">The other.</param>
/// <param name="Verdicts">What was said of them; none: the pair waits for judgments.</param>
internal sealed record ImportedRow(PromptContent Prompt, ImportedResponse First, ImportedResponse Second, ImmutableArray<ImportedVerdict> Verdicts)
{
    /// <summary>Language and tags of the prompt, or null.</summary>
    public PromptLabels? Labels { get; init; }
}

/// <summary>A response and who wrote it.</summary>
/// <param name="Text">Not empty.</param>
/// <param name="Source">Such as a model's name.</param>
internal sealed record ImportedResponse(string Text, string Source);
