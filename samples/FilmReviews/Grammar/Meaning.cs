namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>What a stretch of words says.</summary>
/// <param name="Polarity">How much it praises (positive) or blames, summed over its clauses.</param>
/// <param name="Subjects">One bit for each aspect spoken of.</param>
/// <param name="Incoherent">A connector that does not fit the signs, or an aspect spoken of twice.</param>
internal readonly record struct Meaning(double Polarity, ulong Subjects = 0, bool Incoherent = false)
{
    /// <summary>Both together; speaking twice of one thing is incoherent.</summary>
    public static Meaning operator +(Meaning left, Meaning right) => new(
        left.Polarity + right.Polarity,
        left.Subjects | right.Subjects,
        left.Incoherent || right.Incoherent || (left.Subjects & right.Subjects) != 0);
}
