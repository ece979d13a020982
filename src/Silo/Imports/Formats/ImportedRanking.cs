using System.Collections.Immutable;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>One judge's order of a foreign file.</summary>
/// <param name="Prompt">What was answered.</param>
/// <param name="Answers">The answers with their places from 0, best first; tied ones share a place.</param>
/// <param name="Judge">Name of the judge within the source; only a hash of it is kept.</param>
/// <param name="At">When it was decided, when the source tells.</param>
internal sealed record ImportedRanking(PromptContent Prompt, ImmutableArray<(int Place, ImportedResponse Answer)> Answers, string Judge, DateTimeOffset? At);
