using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Samples.OwnLoss;

#region segment-loss
/// <summary>DPO over scores of segments, such as a mask's, with an anchor: L = −log σ(β·[(s⁺ − s⁻) − (s_ref⁺ − s_ref⁻)]) + α·anchor.</summary>
/// <remarks>A score is whatever the model gives a segment; it takes the place of log π. The first term alone lets both scores drift together, which the anchor stops.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="weight">α ≥ 0.</param>
/// <param name="anchor">What holds the scores.</param>
/// <param name="distance">τ of the hinge.</param>
public sealed class SegmentLoss(double beta, double weight, SegmentAnchor anchor, double distance = 1) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                                                   // [B]
        var rejected = logps.RejectedRatio();                                               // [B]
        var high = logps.PolicyChosen + logps.ReferenceChosen;                              // [B]
        var low = logps.PolicyRejected + logps.ReferenceRejected;                           // [B]
        var held = anchor switch
        {
            SegmentAnchor.Linear => low - high,
            SegmentAnchor.LogSumExp => stack([-high, low]).logsumexp(0),
            _ => (distance - logps.PolicyChosen).clamp((Scalar)0) + (logps.PolicyRejected + distance).clamp((Scalar)0),
        };                                                                                  // [B]
        var loss = (weight * held) - F.logsigmoid(beta * (chosen - rejected));              // [B]
        return new PreferenceLossOutput(
            loss.MoveToOuterDisposeScope(), (beta * chosen.detach()).MoveToOuterDisposeScope(), (beta * rejected.detach()).MoveToOuterDisposeScope());
    }
}
#endregion
