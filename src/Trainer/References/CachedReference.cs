using System.Collections.Immutable;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>A frozen policy, of which only the log-probabilities are kept.</summary>
/// <param name="values">Σ log π_ref of every sequence of the run.</param>
/// <param name="place">Where the policy is.</param>
internal sealed class CachedReference(ImmutableArray<float> values, Device place) : IReference
{
    /// <inheritdoc/>
    public Tensor LogProbs(int[] sequences) => tensor(Array.ConvertAll(sequences, sequence => values[sequence]), device: place);

    /// <summary>Holds no tensors.</summary>
    public void Dispose()
    {
    }
}
