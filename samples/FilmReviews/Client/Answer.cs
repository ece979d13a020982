namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>One response of a policy on a held-out prompt.</summary>
internal sealed record Answer(string PromptId, string Prompt, string Text, int Sample);
