using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Log-probabilities of the answers of B rankings, one ranking behind the other, the best answer of each first; summed over response tokens, nats.</summary>
/// <param name="Policy">log π [N].</param>
/// <param name="Reference">log π_ref [N].</param>
/// <param name="Sizes">Answers of each ranking, B numbers of at least 2; their sum is N.</param>
public sealed record RankedLogps(Tensor Policy, Tensor Reference, IReadOnlyList<int> Sizes);
