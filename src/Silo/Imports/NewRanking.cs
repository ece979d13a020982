using System.Collections.Immutable;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Responses to a prompt that are to be put in order.</summary>
internal sealed record NewRanking(PromptEntry Prompt, ImmutableArray<ResponseRow> Responses)
{
    /// <summary>Counted rankings it wants, when they are not those of its origin.</summary>
    public int? Overlap { get; init; }
}
