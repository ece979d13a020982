using System.Collections.Immutable;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Texts of a pair.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="A">Response A.</param>
/// <param name="B">Response B.</param>
public sealed record PairTexts(PromptContent Prompt, ResponseRow A, ResponseRow B)
{
    /// <summary>Language and tags of the prompt, or null.</summary>
    public PromptLabels? Labels { get; init; }

    /// <summary>Responses of a ranking behind A and B.</summary>
    public ImmutableArray<ResponseRow> More { get; init; } = [];

    /// <summary>All responses in canonical order.</summary>
    public ImmutableArray<ResponseRow> Responses => [A, B, .. More];

    /// <summary>Of a prompt's row and two responses.</summary>
    internal static PairTexts Of(PromptRow prompt, ResponseRow a, ResponseRow b) => new(prompt.Content, a, b) { Labels = prompt.Labels };
}
