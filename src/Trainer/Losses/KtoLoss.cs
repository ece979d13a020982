using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>KTO: L = λ_D·(1 − σ(β·(h − z0))) of a good answer, λ_U·(1 − σ(β·(z0 − h))) of a bad one; h is its log-ratio.</summary>
/// <remarks>
/// Eq. 8 of arXiv:2402.01306. z0 = max(0, mean of h over mismatched prompts and answers), a constant without gradient. It is a mean over the batch, so this loss
/// depends on the batch's composition: batches of one row and gradient accumulation are refused. The paper keeps λ_D·n_D / (λ_U·n_U) between 1 and 3/2.
/// </remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="desirableWeight">λ_D ≥ 0.</param>
/// <param name="undesirableWeight">λ_U ≥ 0.</param>
public sealed class KtoLoss(double beta, double desirableWeight, double undesirableWeight)
{
    /// <param name="logps">Five tensors [B].</param>
    /// <returns>Loss and detached reward per answer [B], and z0; the caller reduces and disposes.</returns>
    public KtoLossOutput Forward(KtoLogps logps)
    {
        using var scope = NewDisposeScope();
        var ratio = logps.Policy - logps.Reference;                                                                  // [B], nats
        var baseline = (logps.MismatchedPolicy - logps.MismatchedReference).detach().sum() / (double)ratio.shape[0]; // nats
        var floored = baseline.clamp((Scalar)0);
        var good = desirableWeight * logps.Desirable * (beta * (floored - ratio)).sigmoid();                         // [B], 1 − σ(z) = σ(−z)
        var bad = undesirableWeight * (1 - logps.Desirable) * (beta * (ratio - floored)).sigmoid();                  // [B]
        return new KtoLossOutput(
            (good + bad).MoveToOuterDisposeScope(), (beta * ratio.detach()).MoveToOuterDisposeScope(), floored.MoveToOuterDisposeScope());
    }
}
