namespace Orleans.Dpo.Samples.FilmReviews.Grammar;

/// <summary>Fixed words; a comma is a word of its own.</summary>
internal sealed class Phrase(string text, double polarity = 0, ulong subject = 0) : Rule
{
    private readonly string[] _words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    public override double Lean => polarity;

    public override ulong Subject => subject;

    public override Meaning Write(Drawing drawing, double tilt)
    {
        drawing.Words.AddRange(_words);
        drawing.Subjects |= subject;
        return new Meaning(polarity, subject);
    }

    public override IReadOnlyList<Reading> Read(Sentence sentence, int at)
    {
        for (var i = 0; i < _words.Length; i++)
        {
            if (!sentence.Has(at + i, _words[i]))
            {
                return [];
            }
        }

        return [new Reading(at + _words.Length, new Meaning(polarity, subject))];
    }
}
