namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A simulated person: sees the reward through noise of their own (Bradley-Terry), some with a leaning.</summary>
/// <param name="Name">Part of the seed of every verdict.</param>
/// <param name="Scale">How clearly differences are seen; the log-odds are this times the reward difference.</param>
/// <param name="Leaning">Added to the log-odds of one text, whatever it says.</param>
/// <param name="RandomShare">Share of verdicts given without looking.</param>
internal sealed record SimulatedAnnotator(string Name, double Scale, double Leaning = 0, double RandomShare = 0)
{
    private const double TieWidth = .35;
    private const double ClearDifference = 1.5;
    private const double LargeDifference = 3.5;

    /// <summary>Three careful people, three hasty ones, one who leans to one of the two texts, one who guesses three times in ten; more repeat the panel.</summary>
    public static SimulatedAnnotator[] Panel(int count)
    {
        SimulatedAnnotator[] panel =
        [
            new("careful-1", 3), new("hasty-1", 1.5), new("careful-2", 3), new("hasty-2", 1.5),
            new("careful-3", 3), new("hasty-3", 1.5), new("leaner", 1.5, Leaning: .8), new("guesser", 1.5, RandomShare: .3),
        ];
        return [.. Enumerable.Range(0, count).Select(i => i < panel.Length
            ? panel[i]
            : panel[i % panel.Length] with { Name = $"{panel[i % panel.Length].Name}-{(i / panel.Length) + 1}" })];
    }

    /// <summary>Judges a pair. The same seed, texts and person give the same verdict, whenever they are asked and whichever text is on the left.</summary>
    /// <remarks>The server draws sides anew in each run, and its ids of leases and pairs are opaque and new each time, so noise and leaning belong to the texts. A flip share turns so many verdicts round.</remarks>
    public SimulatedVerdict Judge(ulong seed, ShownPair pair, double flipShare = 0, Taste? taste = null)
    {
        taste ??= Taste.FilmReviews;
        var swapped = string.CompareOrdinal(pair.Left, pair.Right) > 0;
        var (first, second) = swapped ? (pair.Right, pair.Left) : (pair.Left, pair.Right);
        var draws = Draws.For(seed, pair.Prompt, first, second, Name);
        var noise = draws.Logistic();
        var looksAway = draws.Uniform() < RandomShare;
        var flips = draws.Uniform() < flipShare;
        var leaning = draws.Uniform() < .5 ? Leaning : -Leaning;
        if (!looksAway && taste.IsHopeless(pair.Prompt, pair.Left) && taste.IsHopeless(pair.Prompt, pair.Right))
        {
            return new SimulatedVerdict("both_bad", null);
        }

        var difference = looksAway ? 0 : taste.RewardOf(pair.Prompt, first) - taste.RewardOf(pair.Prompt, second);
        var seen = (Scale * difference) + leaning + noise;
        seen = flips != swapped ? -seen : seen;
        var size = Math.Abs(seen);
        return size < TieWidth
            ? new SimulatedVerdict("tie", null)
            : new SimulatedVerdict(seen > 0 ? "a" : "b", size < ClearDifference ? 1 : size < LargeDifference ? 2 : 3);
    }
}
