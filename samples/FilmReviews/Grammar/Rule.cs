namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>A rule of the grammar: it writes phrases and reads them, so that both sides agree by construction.</summary>
internal abstract class Rule
{
    /// <summary>How much choosing this rule leans to praise: a context of tilt t chooses it with weight × exp(.55·t·Lean).</summary>
    public virtual double Lean => 0;

    /// <summary>The aspect this rule names, so that no text names it twice.</summary>
    public virtual ulong Subject => 0;

    /// <summary>Writes one phrase.</summary>
    public abstract Meaning Write(Drawing drawing, double tilt);

    /// <summary>Every way to read a phrase that starts at <paramref name="at"/>.</summary>
    public abstract IReadOnlyList<Reading> Read(Sentence sentence, int at);
}
