using System.Collections.Immutable;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// <c>joint/1</c>: the posterior of <see cref="JointPairModel"/> over all votes of the version, with Δstyle = the difference of the texts' lengths. A side needs a posterior of at least
/// <see cref="Confidence"/>, which is also the soft label p_chosen. It asks for overlap: one vote of an annotator of usual reliability comes to about 0.74.
/// <c>posterior/1</c>: the same posterior, and the more probable side is the verdict whatever it is; a recipe's threshold draws the line.
/// </summary>
/// <param name="name">joint/1 or posterior/1.</param>
/// <param name="confidence">Least posterior of a side.</param>
public sealed class JointAggregator(string name = JointPairModel.Name, double confidence = JointAggregator.Confidence) : IAggregator
{
    /// <summary>Least posterior of a side in joint/1.</summary>
    public const double Confidence = 0.8;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool NeedsPosteriors => true;

    /// <inheritdoc/>
    public Aggregate Of(PairVotes votes, double posterior)
    {
        var verdicts = votes.Votes.Select(vote => vote.Verdict).ToImmutableArray();
        if (verdicts.IsEmpty)
        {
            return new(null, 0.5, 0, 0, null);
        }

        var (a, b, tie, bad) = MajorityAggregator.Count(verdicts);
        var tieShare = Share(tie) + Share(bad);
        if (Share(bad) > 0.5)
        {
            return new(Choice.BothBad, 0.5, Share(bad), tieShare, null);
        }

        var confident = Math.Max(posterior, 1 - posterior);
        if (confident >= confidence && confident > 0.5)
        {
            var side = posterior > 0.5 ? Choice.A : Choice.B;
            return new(side, confident, Share(side is Choice.A ? a : b), tieShare, MajorityAggregator.Strength(verdicts, side)) { PA = posterior };
        }

        var tied = Share(tie) > Math.Max(Share(bad), Math.Max(Share(a), Share(b)));
        return (tied ? new(Choice.Tie, 0.5, Share(tie), tieShare, null) : new Aggregate(null, 0.5, 0, tieShare, null)) with { PA = posterior };

        double Share(int count) => count / (double)verdicts.Length;
    }
}
