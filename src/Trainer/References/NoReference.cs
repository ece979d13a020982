using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>Stands where a loss compares with nothing: zeros.</summary>
/// <param name="place">Where the policy is.</param>
internal sealed class NoReference(Device place) : IReference
{
    /// <inheritdoc/>
    public Tensor LogProbs(int[] sequences) => zeros(sequences.Length, dtype: ScalarType.Float32, device: place);

    /// <summary>Holds no tensors.</summary>
    public void Dispose()
    {
    }
}
