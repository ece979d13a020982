using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The joint model fitted to all votes of a version.</summary>
/// <param name="PABetter">For each pair with votes the posterior probability that A is better.</param>
/// <param name="Annotators">What is believed of each annotator.</param>
public sealed record JointPosteriors(IReadOnlyDictionary<UInt128, double> PABetter, IReadOnlyDictionary<AnnotatorId, JointAnnotator> Annotators)
{
    /// <summary>Fits it. Neither the order of <paramref name="pairs"/> nor pairs without votes change a number.</summary>
    public static JointPosteriors Of(IEnumerable<PairVotes> pairs)
    {
        // Pairs by id, and their votes by annotator: sums have one order.
        var items = pairs.Where(pair => !pair.Votes.IsEmpty).OrderBy(pair => pair.Key).ToArray();
        var annotators = items.SelectMany(item => item.Votes).Select(vote => vote.Annotator).Distinct().Order().ToArray();
        var numbers = annotators.Select((annotator, k) => (annotator, k)).ToDictionary(entry => entry.annotator, entry => entry.k);
        var judgments = items.SelectMany((item, i) => item.Votes.Select(vote => new JointJudgment(i, numbers[vote.Annotator], vote.Verdict.Choice, vote.Order is Ledger.ShownOrder.Ab)));
        var fit = JointPairModel.Fit(new(annotators.Length, [.. items.Select(item => JointInput.LengthDifference(item.LengthA, item.LengthB))], [.. judgments]));
        return new(
            items.Select((item, i) => (item.Key, fit.Items[i].PABetter)).ToDictionary(entry => entry.Key, entry => entry.PABetter),
            annotators.Select((annotator, k) => (annotator, Fitted: fit.Annotators[k])).ToDictionary(entry => entry.annotator, entry => entry.Fitted));
    }
}
