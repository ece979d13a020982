namespace Orleans.Dpo.Samples.FilmReviews;

/// <summary>A simulated person: sees the hidden reward through noise of their own (Bradley-Terry), some with a bias.</summary>
/// <param name="Name">Part of the seed of every verdict.</param>
/// <param name="Scale">How clearly differences are seen; the log-odds are this times the reward difference.</param>
/// <param name="LeftBias">Added to the log-odds of the left text.</param>
/// <param name="RandomShare">Share of verdicts given without looking.</param>
internal sealed record SimulatedAnnotator(string Name, double Scale, double LeftBias = 0, double RandomShare = 0)
{
    private const double TieWidth = .35;
    private const double ClearDifference = 1.5;
    private const double LargeDifference = 3.5;

    /// <summary>Three careful people, three hasty ones, one who favours the left side, one who guesses three times in ten; more repeat the panel.</summary>
    public static SimulatedAnnotator[] Panel(int count)
    {
        SimulatedAnnotator[] panel =
        [
            new("careful-1", 3), new("hasty-1", 1.5), new("careful-2", 3), new("hasty-2", 1.5),
            new("careful-3", 3), new("hasty-3", 1.5), new("lefty", 1.5, LeftBias: .8), new("guesser", 1.5, RandomShare: .3),
        ];
        return [.. Enumerable.Range(0, count).Select(i => i < panel.Length
            ? panel[i]
            : panel[i % panel.Length] with { Name = $"{panel[i % panel.Length].Name}-{(i / panel.Length) + 1}" })];
    }

    /// <summary>Judges a pair. The same seed, pair and person give the same verdict, whenever they are asked.</summary>
    /// <remarks>A flip share turns so many verdicts round, to see what wrong labels do.</remarks>
    public SimulatedVerdict Judge(ulong seed, string pairId, ShownPair pair, double flipShare = 0)
    {
        var draws = Draws.For(seed, pairId, Name);
        var noise = draws.Logistic();
        var looksAway = draws.Uniform() < RandomShare;
        var flips = draws.Uniform() < flipShare;
        var left = ReviewParser.Score(ReviewParser.Join(pair.Prompt, pair.Left));
        var right = ReviewParser.Score(ReviewParser.Join(pair.Prompt, pair.Right));
        if (!looksAway && !left.Grammatical && !right.Grammatical && Math.Max(HiddenReward.Of(left), HiddenReward.Of(right)) < -1)
        {
            return new SimulatedVerdict("both_bad", null);
        }

        var seen = (looksAway ? 0 : Scale * (HiddenReward.Of(left) - HiddenReward.Of(right))) + LeftBias + noise;
        seen = flips ? -seen : seen;
        var size = Math.Abs(seen);
        return size < TieWidth
            ? new SimulatedVerdict("tie", null)
            : new SimulatedVerdict(seen > 0 ? "a" : "b", size < ClearDifference ? 1 : size < LargeDifference ? 2 : 3);
    }
}
