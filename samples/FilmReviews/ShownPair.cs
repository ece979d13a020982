namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A prompt and two responses as they are shown, left and right.</summary>
internal sealed record ShownPair(string Prompt, string Left, string Right);
