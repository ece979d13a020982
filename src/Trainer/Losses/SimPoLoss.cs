using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>SimPO: L = −log σ(β·(log π(y_w)/|y_w| − log π(y_l)/|y_l| − r)), r = γ/β. It has no reference.</summary>
/// <remarks>Eq. 6 of arXiv:2405.14734, whose γ is β·r here. Its runs use β 2 to 10 and r 0.1 to 0.8 at learning rates of 3e-7 to 1e-6. Rewards are β times nats a token.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="marginRatio">r = γ/β ≥ 0, nats a token.</param>
public sealed class SimPoLoss(double beta, double marginRatio) : IPreferenceLoss
{
    /// <inheritdoc/>
    public bool UsesReference => false;

    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.PolicyChosen / logps.ChosenTokens;       // [B], nats a token
        var rejected = logps.PolicyRejected / logps.RejectedTokens; // [B], nats a token
        var margin = beta * (chosen - rejected - marginRatio);      // [B], dimensionless
        return PreferenceLossOutput.Of(-F.logsigmoid(margin), chosen, rejected, beta);
    }
}
