using Orleans.Dpo.Samples.FilmReviews.Grammar;

namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>Draws reviews. The same seed gives the same reviews in the same order.</summary>
internal sealed class ReviewGenerator(ulong seed)
{
    private const double MoodDeviation = .9;
    private const int ShortestCut = 4;
    private const int LongestCut = 9;

    private readonly Draws _draws = new(seed);

    public Review Next()
    {
        var mood = MoodDeviation * _draws.Normal();
        var drawing = new Drawing(_draws);
        var sentences = new List<string>();
        var (meaning, prompt) = WriteOpening(drawing, mood);
        Close(drawing, sentences);

        var bodies = _draws.Uniform() switch { < .12 => 0, < .67 => 1, _ => 2 };
        for (var i = 0; i < bodies; i++)
        {
            var hasFeeling = (drawing.Subjects & ReviewGrammar.FeelingSubject) != 0;
            var body = hasFeeling ? ReviewGrammar.BodyWithoutFeeling : ReviewGrammar.BodyWithFeeling;
            meaning += body.Write(drawing, mood);
            Close(drawing, sentences);
        }

        if (bodies == 0 || _draws.Uniform() < .72)
        {
            meaning += ReviewGrammar.Ending.Write(drawing, (.5 * mood) + (.4 * meaning.Polarity));
            Close(drawing, sentences);
        }

        var text = string.Join(' ', sentences);
        return new Review(text, prompt, new ReviewScore(meaning.Polarity, Grammatical: true, meaning.Incoherent, ReviewParser.CountWords(text)));
    }

    private (Meaning Meaning, string Prompt) WriteOpening(Drawing drawing, double mood)
    {
        var rest = _draws.Uniform() * ReviewGrammar.Openings.Sum(o => o.Weight);
        var opening = ReviewGrammar.Openings[^1];
        foreach (var candidate in ReviewGrammar.Openings)
        {
            if ((rest -= candidate.Weight) < 0)
            {
                opening = candidate;
                break;
            }
        }

        var meaning = opening.Beginning.Write(drawing, mood);
        var prompt = Prompt(drawing.Words, closed: opening.Opinion is null);
        return (opening.Opinion is null ? meaning : meaning + opening.Opinion.Write(drawing, mood), prompt);
    }

    private string Prompt(List<string> beginning, bool closed)
    {
        var cut = ShortestCut + _draws.Below(LongestCut - ShortestCut + 1);
        var whole = _draws.Uniform() < .6;
        var text = Sentence.Render(beginning, closed);
        var words = text.Split(' ');
        return whole || cut >= words.Length ? text : string.Join(' ', words[..cut]);
    }

    private static void Close(Drawing drawing, List<string> sentences)
    {
        sentences.Add(Sentence.Render(drawing.Words, closed: true));
        drawing.Words.Clear();
    }
}
