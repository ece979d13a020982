using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.References;

/// <summary>What a policy is compared with while it learns.</summary>
internal interface IReference : IDisposable
{
    /// <summary>Tensors that a checkpoint has to keep for the run to go on bit by bit.</summary>
    IReadOnlyList<KeyValuePair<string, Tensor>> Kept => [];

    /// <param name="sequences">Numbers of sequences of the run.</param>
    /// <returns>Σ log π_ref over each response: [n], float32, without gradient.</returns>
    Tensor LogProbs(int[] sequences);

    /// <summary>Called after each update, before a checkpoint is kept.</summary>
    /// <param name="steps">Updates done.</param>
    void Updated(int steps)
    {
    }
}
