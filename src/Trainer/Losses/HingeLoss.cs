using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Hinge on the implicit reward margin: L = max(0, 1 − β·h). A pair whose margin exceeds 1 no longer moves the policy.</summary>
/// <remarks>The hinge form of SLiC with a reference, as in RSO, arXiv:2309.06657, Eq. 12. 1/β is the margin in nats.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
public sealed class HingeLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                         // [B]
        var rejected = logps.RejectedRatio();                     // [B]
        var loss = (1 - (beta * (chosen - rejected))).clamp((Scalar)0);     // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
