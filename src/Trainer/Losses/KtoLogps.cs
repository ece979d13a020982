using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Log-probabilities of B answers, each good or bad on its own, summed over response tokens, end token included; nats.</summary>
/// <param name="Policy">log π [B].</param>
/// <param name="Reference">log π_ref [B].</param>
/// <param name="Desirable">1 for a good answer, 0 for a bad one [B].</param>
/// <param name="MismatchedPolicy">log π of answers behind prompts they do not belong to [B], without gradient.</param>
/// <param name="MismatchedReference">log π_ref of the same [B].</param>
public sealed record KtoLogps(Tensor Policy, Tensor Reference, Tensor Desirable, Tensor MismatchedPolicy, Tensor MismatchedReference);
