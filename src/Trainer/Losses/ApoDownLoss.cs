using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>APO-down: L = σ(β·h_w) + 1 − σ(β·(h_w − h_l)). It lowers both answers, the rejected one more.</summary>
/// <remarks>The loss APO-down of arXiv:2408.06266, Section 3. For pairs whose chosen answers are worse than what the policy writes. At the reference the loss is 1.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
public sealed class ApoDownLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var loss = (beta * chosen).sigmoid() + 1 - (beta * (chosen - rejected)).sigmoid(); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
