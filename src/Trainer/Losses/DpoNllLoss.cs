using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO with likelihood (RPO): L = −log σ(β·h) − α·log π(y_w)/|y_w|, the mean negative log-likelihood of the chosen answer.</summary>
/// <remarks>
/// Eq. 1 of arXiv:2404.19733 (iterative reasoning optimisation), α = 1 there; arXiv:2407.21783 uses 0.2. Means over tokens, as published runs have it; it holds
/// the log-probability of chosen answers, which plain DPO lets fall. <c>sigmoid + α*sft</c> is the same loss.
/// </remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="weight">α ≥ 0.</param>
public sealed class DpoNllLoss(double beta, double weight) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var likelihood = logps.PolicyChosen / logps.ChosenTokens; // [B], nats a token
        var loss = -F.logsigmoid(beta * (chosen - rejected)) - (weight * likelihood); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
