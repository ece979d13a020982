using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO with a floor under the chosen reward: L = −log σ(β·h) + α·max(0, τ − β·h_w). While the chosen reward is below τ it is pushed up.</summary>
/// <remarks>−log σ(β·h) is Eq. 7 of arXiv:2305.18290. The floor goes round under the name of Cal-DPO (arXiv:2412.14516), whose own loss is <see cref="CalDpoLoss"/>.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="weight">α ≥ 0.</param>
/// <param name="floor">τ, in units of reward.</param>
public sealed class ChosenFloorHingeLoss(double beta, double weight, double floor) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var below = (floor - (beta * chosen)).clamp((Scalar)0);    // [B], reward
        var loss = (weight * below) - F.logsigmoid(beta * (chosen - rejected)); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
