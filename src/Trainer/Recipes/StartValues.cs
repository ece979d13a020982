using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Recipes;

/// <summary>What the first rows gave before any update.</summary>
/// <param name="Policy">Σ log π of their sequences.</param>
/// <param name="Reference">Σ log π_ref of the same.</param>
/// <param name="Losses">Of each row.</param>
/// <param name="LossesAtReference">What they are when the policy's values are replaced by the reference's.</param>
internal sealed record StartValues(Tensor Policy, Tensor Reference, Tensor Losses, Func<Tensor> LossesAtReference);
