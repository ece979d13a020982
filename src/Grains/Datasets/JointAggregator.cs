using System.Collections.Immutable;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// <c>joint/1</c>: the posterior of <see cref="JointPairModel"/> over all votes of the version, with Δstyle = the difference of the texts' lengths. A side needs a posterior of at least
/// <see cref="Confidence"/>, which is also the soft label p_chosen. It asks for overlap: one vote of an annotator of usual reliability comes to about 0.74.
/// </summary>
public sealed class JointAggregator : IAggregator
{
    /// <summary>Least posterior of a side.</summary>
    public const double Confidence = 0.8;

    /// <inheritdoc/>
    public string Name => JointPairModel.Name;

    /// <inheritdoc/>
    public ImmutableArray<Aggregate> OfAll(ImmutableArray<SourcePair> pairs, IReadOnlyDictionary<PairId, PairTexts> texts)
    {
        // Pairs by id, and their votes by annotator: sums have one order, whatever order the ledger was read in.
        var items = pairs.OrderBy(source => source.Pair.Id).Select(source => (Source: source, Votes: source.Votes.OrderBy(vote => vote.Event.Annotator).ThenBy(vote => vote.Event.Id).ToArray())).ToArray();
        var annotators = items.SelectMany(item => item.Votes).Select(vote => vote.Event.Annotator).Distinct().Order().Select((annotator, k) => (annotator, k)).ToDictionary(entry => entry.annotator, entry => entry.k);
        var style = items.Select(item => texts[item.Source.Pair.Id]).Select(text => JointInput.LengthDifference(text.A.Text.Length, text.B.Text.Length));
        var judgments = items.SelectMany((item, i) => item.Votes.Select(vote =>
            new JointJudgment(i, annotators[vote.Event.Annotator], vote.Event.Verdict.Choice, vote.Event.Order is ShownOrder.Ab)));
        var fit = JointPairModel.Fit(new(annotators.Count, [.. style], [.. judgments]));
        var aggregates = new Dictionary<PairId, Aggregate>();
        for (var i = 0; i < items.Length; i++)
        {
            aggregates[items[i].Source.Pair.Id] = Of(fit.Items[i], [.. items[i].Votes.Select(vote => vote.Event.Verdict)]);
        }

        return [.. pairs.Select(source => aggregates[source.Pair.Id])];
    }

    private static Aggregate Of(JointItem item, ImmutableArray<Verdict> votes)
    {
        if (votes.IsEmpty)
        {
            return new(null, 0.5, 0, 0, null);
        }

        var tieShare = Share(Choice.Tie) + Share(Choice.BothBad);
        if (Share(Choice.BothBad) > 0.5)
        {
            return new(Choice.BothBad, 0.5, Share(Choice.BothBad), tieShare, null);
        }

        var posterior = Math.Max(item.PABetter, 1 - item.PABetter);
        if (posterior >= Confidence)
        {
            var side = item.PABetter > 0.5 ? Choice.A : Choice.B;
            var strengths = votes.Where(vote => vote.Choice == side && vote.Strength is not null).Select(vote => vote.Strength!.Value).ToArray();
            return new(side, posterior, Share(side), tieShare, strengths.Length is 0 ? null : strengths.Sum() / (double)strengths.Length);
        }

        var tied = Share(Choice.Tie) > Math.Max(Share(Choice.BothBad), Math.Max(Share(Choice.A), Share(Choice.B)));
        return tied ? new(Choice.Tie, 0.5, Share(Choice.Tie), tieShare, null) : new(null, 0.5, 0, tieShare, null);

        double Share(Choice choice) => votes.Count(vote => vote.Choice == choice) / (double)votes.Length;
    }
}
