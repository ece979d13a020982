using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO-positive: L = −log σ(β·(h − λ·max(0, −h_w))). A chosen answer that falls below its reference counts λ times against the margin.</summary>
/// <remarks>Eq. 3 of arXiv:2402.13228 (Smaug), λ = 50 there; 5 is mild. While no chosen answer has fallen it is DPO.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="penalty">λ ≥ 0.</param>
public sealed class DpopLoss(double beta, double penalty) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var fallen = (-chosen).clamp((Scalar)0);         // [B], nats
        var margin = beta * (chosen - rejected - (penalty * fallen)); // [B], dimensionless
        return PreferenceLossOutput.Of(-F.logsigmoid(margin), chosen, rejected, beta);
    }
}
