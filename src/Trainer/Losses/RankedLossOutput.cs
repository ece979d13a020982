using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>What a loss returns for B rankings of N answers.</summary>
/// <param name="Losses">Loss per ranking [B], with gradient.</param>
/// <param name="Rewards">β·(log π − log π_ref) of every answer [N], detached.</param>
public sealed record RankedLossOutput(Tensor Losses, Tensor Rewards);
