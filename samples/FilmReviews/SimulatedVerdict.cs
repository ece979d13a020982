namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A verdict on the shown order: the first text is the left one.</summary>
/// <param name="Choice"><c>a</c> for the left text, <c>b</c> for the right one, <c>tie</c> or <c>both_bad</c>.</param>
/// <param name="Strength">1 to 3 with a or b, else null.</param>
internal sealed record SimulatedVerdict(string Choice, int? Strength);
