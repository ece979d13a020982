namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A drawn review.</summary>
/// <param name="Text">All of it.</param>
/// <param name="Prompt">The neutral beginning of its opening, or the first words of that.</param>
/// <param name="Score">The score that the rules gave while they wrote it.</param>
internal sealed record Review(string Text, string Prompt, ReviewScore Score);
