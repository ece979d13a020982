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
        var votes = new DecidedVotes(input);
        var parameters = new JointParameters(input.Annotators);
        var sums = new JointSums[input.Annotators];
        for (var iteration = 0; iteration < Iterations; iteration++)
        {
            Array.Clear(sums);
            Pass(votes, parameters, JointGrid.Coarse, (lanes, vote) => JointKernel.Accumulate(JointGrid.Coarse, lanes, votes.Vote(vote), ref sums[votes.Annotator[vote]]), null);
            parameters.Step(sums);
        }

        return new(
            Items(input, votes, parameters, out var bothBadRate), Annotators(votes, parameters), parameters.CommonStyle, DeterministicMath.Exp(parameters.LogTie), bothBadRate);
    }

    /// <summary>Computes each item's posterior, the prior of d times the likelihood of its votes; then visits its votes, then the item.</summary>
    private static void Pass(DecidedVotes votes, JointParameters parameters, JointGrid grid, VisitVote? onVote, VisitItem? onItem)
    {
        var tables = new JointTables(grid, parameters.Reliability);
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
                var (annotator, vote) = (votes.Annotator[start + n], votes.Vote(start + n));
                JointKernel.Multiply(tables.Of(annotator), parameters.Offset(annotator, vote.Side, vote.Style), tie, vote.Choice, Lanes(n));
                if (n % RescaleEvery is RescaleEvery - 1)
                {
                    JointGrid.Normalise(weights);
                }
            }

            JointGrid.Normalise(weights);
            for (var n = 0; onVote is not null && n < count; n++)
            {
                onVote(Lanes(n), start + n);
            }

            onItem?.Invoke(weights, item);
        }

        JointLanes Lanes(int n) => new(weights, gaps.AsSpan(n * grid.Count, grid.Count), ties.AsSpan(n * grid.Count, grid.Count));
    }

    private static ImmutableArray<JointItem> Items(JointInput input, DecidedVotes votes, JointParameters parameters, out double bothBadRate)
    {
        var bothBad = new int[votes.Items];
        foreach (var judgment in input.Judgments)
        {
            bothBad[judgment.Item] += judgment.Choice is Choice.BothBad ? 1 : 0;
        }

        var rate = (bothBad.Sum() + 0.5) / (input.Judgments.Length + 1);
        var items = ImmutableArray.CreateBuilder<JointItem>(votes.Items);
        var usual = new UsualAnnotator(JointGrid.Fine, DeterministicMath.Exp(parameters.LogTie));
        Pass(votes, parameters, JointGrid.Fine, null, (posterior, item) => items.Add(usual.Item(posterior, votes.CountOf(item), bothBad[item], rate)));
        bothBadRate = rate;
        return items.MoveToImmutable();
    }

    private static ImmutableArray<JointAnnotator> Annotators(DecidedVotes votes, JointParameters parameters)
    {
        var sums = new JointSums[parameters.Reliability.Length];
        var missing = new Symmetric3[sums.Length];
        var decided = new int[sums.Length];
        Pass(votes, parameters, JointGrid.Coarse, (lanes, vote) =>
        {
            var k = votes.Annotator[vote];
            JointKernel.Accumulate(JointGrid.Coarse, lanes, votes.Vote(vote), ref sums[k]);
            missing[k] += JointKernel.Missing(JointGrid.Coarse, lanes, votes.Vote(vote));
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

    private delegate void VisitVote(JointLanes lanes, int vote);

    private delegate void VisitItem(ReadOnlySpan<Vector256<double>> posterior, int item);
}
