namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>One way in which a rule reads the words from some place up to <paramref name="End"/>.</summary>
internal readonly record struct Reading(int End, Meaning Meaning);
