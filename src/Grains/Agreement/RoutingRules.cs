using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Which pair an annotator gets next, and when a pair has votes enough.</summary>
public static class RoutingRules
{
    /// <summary>
    /// With probability 1 − ε the candidate with the most expected information per second (the first of equals), else a candidate drawn uniformly, so that every pair has a positive
    /// propensity and estimates can be reweighted (ε-greedy; Horvitz and Thompson, JASA 47, 1952). Null without candidates.
    /// </summary>
    /// <param name="candidates">What the annotator may be given.</param>
    /// <param name="epsilon">Share of uniform draws, from 0 to 1; usual 0.1 to 0.2.</param>
    /// <param name="seed">Decides the draw.</param>
    /// <exception cref="ArgumentException">ε is out of range, or a candidate has no positive time.</exception>
    public static Route? Choose(ImmutableArray<RouteCandidate> candidates, double epsilon, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(epsilon is >= 0 and <= 1, true, nameof(epsilon));
        if (candidates.Any(candidate => !(candidate.Seconds > 0) || double.IsNaN(candidate.Gain)))
        {
            throw new ArgumentException("A candidate has no gain, or no expected time above 0.", nameof(candidates));
        }

        if (candidates.IsEmpty)
        {
            return null;
        }

        var best = 0;
        for (var i = 1; i < candidates.Length; i++)
        {
            best = candidates[i].Gain / candidates[i].Seconds > candidates[best].Gain / candidates[best].Seconds ? i : best;
        }

        var stream = new RandomStream(seed);
        var chosen = stream.Unit() < epsilon ? stream.Below(candidates.Length) : best;
        return new(candidates[chosen].Item, (epsilon / candidates.Length) + (chosen == best ? 1 - epsilon : 0));
    }

    /// <summary>Whether a pair needs more votes.</summary>
    /// <param name="item">What is believed of it.</param>
    /// <param name="confidence">Posterior at which it is known which response is better, from ½ to 1; usual 0.95.</param>
    /// <param name="mostVotes">Votes it may have at most.</param>
    public static RouteState StateOf(JointItem item, double confidence, int mostVotes)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(confidence is >= 0.5 and <= 1, true, nameof(confidence));
        return Math.Max(item.PABetter, 1 - item.PABetter) >= confidence && item.Decided > 0 ? RouteState.Confident
            : item.Votes >= mostVotes ? RouteState.Adjudicate
            : RouteState.Open;
    }

    /// <summary>Expected active seconds of an annotator on a text: the median of log times, as <see cref="TimingFlags"/> fits it.</summary>
    /// <param name="usualSeconds">Usual time of a pair of <paramref name="usualWords"/> words.</param>
    /// <param name="usualWords">Words of a usual pair.</param>
    /// <param name="words">Words of this pair.</param>
    /// <param name="wordSlope">From <see cref="TimingReport.WordSlope"/>.</param>
    /// <param name="annotatorEffect">From <see cref="TimingReport.AnnotatorEffects"/>.</param>
    public static double ExpectedSeconds(double usualSeconds, int usualWords, int words, double wordSlope, double annotatorEffect) =>
        usualSeconds * DeterministicMath.Exp((wordSlope * (DeterministicMath.Log1p(words) - DeterministicMath.Log1p(usualWords))) + annotatorEffect);
}
