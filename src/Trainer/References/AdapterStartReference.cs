using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>The policy itself with its adapters as they were when the run began: no second copy of any weight. Fresh adapters are off then.</summary>
/// <param name="policy">With adapters; it is not owned.</param>
/// <param name="sequences">All sequences of the run.</param>
internal sealed class AdapterStartReference(CausalDecoder policy, IReadOnlyList<TokenRow> sequences) : IReference
{
    /// <inheritdoc/>
    public Tensor LogProbs(int[] rows)
    {
        using var grad = no_grad();
        using var start = policy.AdaptersAtStart();
        return ResponseLogProbs.Sums(policy, Array.ConvertAll(rows, row => sequences[row]));
    }

    /// <summary>The policy is the run's.</summary>
    public void Dispose()
    {
    }
}
