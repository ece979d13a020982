namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>What simulated annotators like, and what "reward" means in reports.</summary>
/// <param name="Name">For reports.</param>
/// <param name="Description">One line for people.</param>
/// <param name="RewardOf">Prompt and response in, reward out; its deviation over a policy's responses is near 1.</param>
/// <param name="IsHopeless">True when a response is so bad that two such are both bad rather than a choice.</param>
internal sealed record Taste(string Name, string Description, Func<string, string, double> RewardOf, Func<string, string, bool> IsHopeless)
{
    private static readonly char[] s_marks = ['.', ',', ';', ':', '!', '?', '"', '\'', '(', ')'];

    /// <summary>The hidden reward of film reviews.</summary>
    public static Taste FilmReviews { get; } = new(
        "film-reviews", "the hidden reward of film reviews", HiddenReward.Of, static (prompt, response) =>
        {
            var score = ReviewParser.Score(ReviewParser.Join(prompt, response));
            return !score.Grammatical && HiddenReward.Of(score) < -1;
        });

    /// <summary>A stand-in for prompts that the grammar does not know: varied words without repetition. It says nothing about being right or useful.</summary>
    public static Taste Variety { get; } = new(
        "variety", "a stand-in for own prompts: varied words, no word pair twice", VarietyOf, static (_, response) => Words(response).Length == 0);

    /// <summary>Distinct words over √(2 · words), Carroll's type-token ratio, twice; less six times the share of word pairs that were said before.</summary>
    private static double VarietyOf(string prompt, string response)
    {
        var words = Words(response);
        if (words.Length == 0)
        {
            return -2;
        }

        var pairs = words.Zip(words.Skip(1)).ToArray();
        var repeated = pairs.Length == 0 ? 0 : 1 - ((double)pairs.Distinct().Count() / pairs.Length);
        return (2 * words.Distinct().Count() / Math.Sqrt(2.0 * words.Length)) - (6 * repeated);
    }

    private static string[] Words(string text)
        => [.. text.ToLowerInvariant().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(w => w.Trim(s_marks)).Where(w => w.Length > 0)];
}
