using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.LogProbabilities;
using Orleans.Dpo.Trainer.Modeling;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>A second copy of the reference's weights that runs beside the policy.</summary>
/// <param name="model">The copy; this owns it.</param>
/// <param name="sequences">All sequences of the run.</param>
internal sealed class LiveReference(CausalDecoder model, IReadOnlyList<TokenRow> sequences) : IReference
{
    /// <inheritdoc/>
    public Tensor LogProbs(int[] rows)
    {
        using var grad = no_grad();
        return ResponseLogProbs.Sums(model, Array.ConvertAll(rows, row => sequences[row]));
    }

    /// <inheritdoc/>
    public void Dispose() => model.Dispose();
}
