using System.Collections.Immutable;
using System.Runtime.Intrinsics;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>
/// <c>joint/1</c>: pairs and annotators at once. logit P(k picks left) = a_k·(r_L − r_R) + b_k + γ_k·Δstyle, ties by Davidson with a common ν,
/// both-bad as an outcome of its own that says nothing about which response is better.
/// </summary>
/// <remarks>
/// Each pair has a latent d = r_A − r_B with a normal prior, integrated out on a grid; annotator and common parameters are maximised a posteriori by EM
/// (Dempster, Laird, Rubin 1977; for item responses Bock and Aitkin 1981), a fixed number of iterations with one Newton step each. a_k = 1 for all is Bradley–Terry per pair;
/// a negative a_k is an inverted annotator, as η_k &lt; ½ in CrowdBT (Chen et al., WSDM 2013). Standard errors are of the observed information of an annotator's own parameters
/// (Louis 1982), the others held. Time: iterations × decided votes × 24 grid points.
/// </remarks>
public static class JointPairModel
{
    /// <summary>Name and version.</summary>
    public const string Name = "joint/1";

    /// <summary>EM iterations, always all of them.</summary>
    public const int Iterations = 60;

    /// <summary>Votes after which an item's weights are rescaled, so that they never underflow.</summary>
    internal const int RescaleEvery = 64;

    /// <summary>Fits the model.</summary>
    public static JointFit Fit(JointInput input)
    {
        var (votes, parameters) = Maximise(input);
        var fit = Fitted(input, votes, parameters);
        return fit with { Items = Items(input, votes, parameters, fit.BothBadRate) };
    }

    /// <summary>The same fit without its items, for who computes their posteriors himself, as <see cref="OnlinePosterior"/> does.</summary>
    public static JointFit FitAnnotators(JointInput input)
    {
        var (votes, parameters) = Maximise(input);
        return Fitted(input, votes, parameters);
    }

    private static (DecidedVotes Votes, JointParameters Parameters) Maximise(JointInput input)
    {
        var (votes, parameters, tables) = (new DecidedVotes(input), new JointParameters(input.Annotators), new JointTables(JointGrid.Coarse, input.Annotators));
        var sums = new JointSums[input.Annotators];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(sums);
            Pass(votes, parameters, tables, (lanes, k, vote) => JointKernel.Accumulate(JointGrid.Coarse, lanes, vote, ref sums[k]), null);
            parameters.Step(sums);
        }

        return (votes, parameters);
    }

    private static JointFit Fitted(JointInput input, DecidedVotes votes, JointParameters parameters) => new(
        [], Annotators(votes, parameters), parameters.CommonStyle, DeterministicMath.Exp(parameters.LogTie), (input.Judgments.Length - votes.Count + 0.5) / (input.Judgments.Length + 1));

    /// <summary>Computes each item's posterior, the prior of d times the likelihood of its votes; then visits its votes, then the item.</summary>
    private static void Pass(DecidedVotes votes, JointParameters parameters, JointTables tables, VisitVote? onVote, VisitItem? onItem)
    {
        var grid = tables.Grid;
        tables.Fill(parameters.Reliability);
        var tie = DeterministicMath.Exp(parameters.LogTie);
        var weights = new Vector256<double>[grid.Count];
        var gaps = new Vector256<double>[votes.MostOnOneItem * grid.Count];
        var ties = new Vector256<double>[votes.MostOnOneItem * grid.Count];
        for (var item = 0; item < votes.Items; item++)
        {
            grid.Prior.AsSpan().CopyTo(weights);
            var (start, count) = (votes.StartOf(item), votes.CountOf(item));
            for (var n = 0; n < count; n++)
            {
                var (annotator, vote) = (votes.Annotator(start + n), votes.Vote(item, start + n));
                JointKernel.Multiply(tables.Of(annotator), parameters.Offset(annotator, vote.Side, vote.Style), tie, vote.Choice, Lanes(n));
                if (n % RescaleEvery is RescaleEvery - 1)
                {
                    JointGrid.Normalise(weights);
                }
            }

            JointGrid.Normalise(weights);
            for (var n = 0; onVote is not null && n < count; n++)
            {
                onVote(Lanes(n), votes.Annotator(start + n), votes.Vote(item, start + n));
            }

            onItem?.Invoke(weights, item);
        }

        JointLanes Lanes(int n) => new(weights, gaps.AsSpan(n * grid.Count, grid.Count), ties.AsSpan(n * grid.Count, grid.Count));
    }

    private static ImmutableArray<JointItem> Items(JointInput input, DecidedVotes votes, JointParameters parameters, double bothBadRate)
    {
        var bothBad = new int[votes.Items];
        foreach (var judgment in input.Judgments)
        {
            bothBad[judgment.Item] += judgment.Choice is Choice.BothBad ? 1 : 0;
        }

        var items = ImmutableArray.CreateBuilder<JointItem>(votes.Items);
        var usual = new UsualAnnotator(JointGrid.Fine, DeterministicMath.Exp(parameters.LogTie));
        Pass(votes, parameters, new(JointGrid.Fine, input.Annotators), null, (posterior, item) => items.Add(usual.Item(posterior, votes.CountOf(item), bothBad[item], bothBadRate)));
        return items.MoveToImmutable();
    }

    private static ImmutableArray<JointAnnotator> Annotators(DecidedVotes votes, JointParameters parameters)
    {
        var sums = new JointSums[parameters.Reliability.Length];
        var missing = new Symmetric3[sums.Length];
        var decided = new int[sums.Length];
        Pass(votes, parameters, new(JointGrid.Coarse, sums.Length), (lanes, k, vote) =>
        {
            JointKernel.Accumulate(JointGrid.Coarse, lanes, vote, ref sums[k]);
            missing[k] += JointKernel.Missing(JointGrid.Coarse, lanes, vote);
            decided[k]++;
        }, null);
        return [.. Enumerable.Range(0, sums.Length).Select(k => Annotator(parameters, k, sums[k].Information, missing[k], decided[k]))];
    }

    /// <summary>One annotator with standard errors. With so few votes that the observed information is not positive, the complete one stands in.</summary>
    internal static JointAnnotator Annotator(JointParameters parameters, int k, Symmetric3 complete, Symmetric3 missing, int decided)
    {
        var observed = JointParameters.WithPrior(complete - missing);
        var covariance = (observed.IsPositive ? observed : JointParameters.WithPrior(complete)).Inverse();
        return new(
            parameters.Reliability[k], Math.Sqrt(covariance.Aa), parameters.Position[k], Math.Sqrt(covariance.Bb),
            parameters.CommonStyle + parameters.Style[k], Math.Sqrt(covariance.Cc), decided);
    }

    private delegate void VisitVote(JointLanes lanes, int annotator, JointVote vote);

    private delegate void VisitItem(ReadOnlySpan<Vector256<double>> posterior, int item);
}
