using Orleans.Dpo.Samples.FilmReviews.Grammar;

namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>Reads a text with the rules that write texts. A sentence that cannot be read counts nothing and makes the text ungrammatical.</summary>
internal static class ReviewParser
{
    private const int MostBodies = 2;

    public static ReviewScore Score(string text)
    {
        var sentences = Sentence.Split(text);
        var total = default(Meaning);
        var grammatical = true;
        var bodies = 0;
        var endings = 0;
        for (var i = 0; i < sentences.Count; i++)
        {
            if (sentences[i] is not { } sentence)
            {
                grammatical = false;
            }
            else if (i == 0 && Whole(ReviewGrammar.Opening, sentence) is [var opening, ..])
            {
                total += opening;
            }
            else if (i > 0 && Whole(ReviewGrammar.BodyWithFeeling, sentence) is [var body, ..])
            {
                total += body;
                bodies++;
                grammatical &= endings == 0;
            }
            else if (i > 0 && Whole(ReviewGrammar.Ending, sentence) is [var ending, ..])
            {
                total += ending;
                endings++;
            }
            else
            {
                grammatical = false;
            }
        }

        grammatical &= bodies <= MostBodies && endings <= 1 && bodies + endings > 0;
        return new ReviewScore(total.Polarity, grammatical, total.Incoherent, CountWords(text));
    }

    /// <summary>All readings of one sentence by a rule; more than one would make its score ambiguous.</summary>
    public static IReadOnlyList<Meaning> Whole(Rule rule, Sentence sentence)
        => [.. rule.Read(sentence, 0).Where(r => r.End == sentence.Length).Select(r => r.Meaning)];

    public static int CountWords(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    /// <summary>Puts a response after its prompt as one text, whether or not the response kept its leading space.</summary>
    public static string Join(string prompt, string response)
    {
        var (start, end) = (prompt.TrimEnd(), response.Trim());
        return start.Length == 0 || end.Length == 0 || end[0] is ',' or '.' ? start + end : $"{start} {end}";
    }
}
