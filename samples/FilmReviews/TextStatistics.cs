namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A set of texts in numbers. Shares are of all texts; distinct-2 is distinct word pairs over all word pairs.</summary>
internal sealed record TextStatistics(
    int Count, double Reward, double RewardDeviation, double Grammatical, double Incoherent, double Words, double Distinct2, double Unique)
{
    public static TextStatistics Of(IReadOnlyList<string> texts)
    {
        if (texts.Count == 0)
        {
            return new TextStatistics(0, 0, 0, 0, 0, 0, 0, 0);
        }

        var scores = texts.Select(ReviewParser.Score).ToArray();
        var rewards = scores.Select(HiddenReward.Of).ToArray();
        var mean = rewards.Average();
        var pairs = texts.SelectMany(WordPairs).ToArray();
        return new TextStatistics(
            texts.Count,
            Math.Round(mean, 4),
            Math.Round(Math.Sqrt(rewards.Average(r => (r - mean) * (r - mean))), 4),
            Share(scores.Count(s => s.Grammatical), texts.Count),
            Share(scores.Count(s => s.Incoherent), texts.Count),
            Math.Round(scores.Average(s => s.Words), 2),
            Share(pairs.Distinct().Count(), pairs.Length),
            Share(texts.Distinct().Count(), texts.Count));
    }

    private static double Share(int part, int whole) => whole == 0 ? 0 : Math.Round((double)part / whole, 4);

    private static IEnumerable<(string, string)> WordPairs(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words.Zip(words.Skip(1));
    }
}
