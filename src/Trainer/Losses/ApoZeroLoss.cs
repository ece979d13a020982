using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>APO-zero: L = 1 − σ(β·h_w) + σ(β·h_l), h_w and h_l the log-ratios of chosen and rejected answer. It raises the one and lowers the other.</summary>
/// <remarks>The loss APO-zero of arXiv:2408.06266, Section 3. For pairs whose chosen answers are better than what the policy writes. At the reference the loss is 1.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
public sealed class ApoZeroLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var loss = 1 - (beta * chosen).sigmoid() + (beta * rejected).sigmoid(); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
