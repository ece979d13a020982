namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>What the grammar finds in a text.</summary>
/// <param name="Polarity">Summed over all sentences that could be read.</param>
/// <param name="Grammatical">Every sentence could be read and the text has a beginning, at most two middles, and an end where it needs one.</param>
/// <param name="Incoherent">A connector does not fit, or something is spoken of twice.</param>
/// <param name="Words">Words of the whole text.</param>
internal sealed record ReviewScore(double Polarity, bool Grammatical, bool Incoherent, int Words);
