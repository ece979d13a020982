using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>What KTO returns for B answers.</summary>
/// <param name="Losses">Loss per answer [B], with gradient.</param>
/// <param name="Rewards">β·(log π − log π_ref) [B], detached.</param>
/// <param name="Baseline">z0, the estimated divergence from the reference; a scalar in nats, detached.</param>
public sealed record KtoLossOutput(Tensor Losses, Tensor Rewards, Tensor Baseline);
