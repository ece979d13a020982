using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>A reference that follows the policy: every n updates π_ref ← a·π + (1−a)·π_ref, weight by weight.</summary>
/// <remarks>TR-DPO, arXiv:2404.09656, Eqs. 1 (a &lt; 1, soft) and 2 (a = 1, hard); it uses a = 0.6 or n = 512.</remarks>
/// <param name="policy">The policy that learns; it is not owned.</param>
/// <param name="reference">The copy that follows; this owns it.</param>
/// <param name="sequences">All sequences of the run.</param>
/// <param name="sync">n ≥ 1 and a in (0, 1].</param>
internal sealed class FollowingReference(CausalDecoder policy, CausalDecoder reference, IReadOnlyList<TokenRow> sequences, (int EverySteps, double Share) sync) : IReference
{
    /// <inheritdoc/>
    public IReadOnlyList<KeyValuePair<string, Tensor>> Kept =>
        [.. reference.named_parameters().Select(entry => KeyValuePair.Create($"reference.{entry.name}", (Tensor)entry.parameter))];

    /// <inheritdoc/>
    public Tensor LogProbs(int[] rows)
    {
        using var grad = no_grad();
        return ResponseLogProbs.Sums(reference, Array.ConvertAll(rows, row => sequences[row]));
    }

    /// <inheritdoc/>
    public void Updated(int steps)
    {
        if (steps % sync.EverySteps != 0)
        {
            return;
        }

        using var grad = no_grad();
        foreach (var (own, other) in reference.named_parameters().Zip(policy.named_parameters()))
        {
            own.parameter.mul_((Scalar)(1 - sync.Share)).add_(other.parameter, (Scalar)sync.Share);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => reference.Dispose();
}
