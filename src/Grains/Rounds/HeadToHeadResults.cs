using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>Scores of the candidate by prompt, each the mean of its judgments: 1 a win, ½ a tie or both bad, 0 a loss. One entry a judged prompt, in prompt order.</summary>
/// <param name="VsParent">Against the parent.</param>
/// <param name="VsStart">Against π0; not read when parent and π0 are the same.</param>
public sealed record HeadToHeadResults(ImmutableArray<PromptScore> VsParent, ImmutableArray<PromptScore> VsStart);
