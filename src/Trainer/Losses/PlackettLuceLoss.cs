using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO over rankings: L = −Σ_{k&lt;K} [β·h_k − log Σ_{j≥k} e^{β·h_j}], answers from best to worst, h_k their log-ratios.</summary>
/// <remarks>Plackett–Luce, Eq. 20 of arXiv:2305.18290, appendix A.3. With K = 2 it is DPO. At the reference it is ln K!.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
public sealed class PlackettLuceLoss(double beta)
{
    /// <param name="logps">Summed log-probabilities in nats; reference ones carry no gradient.</param>
    /// <returns>Loss per ranking [B] and detached implicit rewards [N]; the caller reduces and disposes.</returns>
    public RankedLossOutput Forward(RankedLogps logps)
    {
        using var scope = NewDisposeScope();
        var scores = beta * (logps.Policy - logps.Reference); // [N], dimensionless
        return new RankedLossOutput(OfScores(scores, logps.Sizes).MoveToOuterDisposeScope(), scores.detach().MoveToOuterDisposeScope());
    }

    /// <summary>The same of any scores, such as a reward model's.</summary>
    /// <param name="scores">[N], rankings one behind the other, best answers first.</param>
    /// <param name="sizes">Answers of each ranking.</param>
    /// <returns>[B], with gradient.</returns>
    public static Tensor OfScores(Tensor scores, IReadOnlyList<int> sizes)
    {
        using var scope = NewDisposeScope();
        var losses = new Tensor[sizes.Count];
        var first = 0L;
        for (var ranking = 0; ranking < sizes.Count; ranking++)
        {
            var own = scores.narrow(0, first, sizes[ranking]); // [K]
            // The last answer is alone among what is left, so its term is 0.
            var chances = Enumerable.Range(0, sizes[ranking] - 1).Select(k => own.narrow(0, k, sizes[ranking] - k).logsumexp(0));
            losses[ranking] = stack(chances.ToArray()).sum() - own.narrow(0, 0, sizes[ranking] - 1).sum();
            first += sizes[ranking];
        }

        return stack(losses).MoveToOuterDisposeScope(); // [B]
    }
}
