using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Robust DPO: L = (−(1−ε)·log σ(β·h) + ε·log σ(−β·h)) / (1 − 2ε), unbiased when a share ε of labels is flipped at random.</summary>
/// <remarks>Eq. 7 of arXiv:2403.00409. Unlike smoothing it never stops at a finite margin, and single losses may be below 0.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="flipped">ε in [0, 0.5).</param>
public sealed class RobustDpoLoss(double beta, double flipped) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                 // [B]
        var rejected = logps.RejectedRatio();             // [B]
        var margin = beta * (chosen - rejected);          // [B], dimensionless
        var right = (flipped - 1) * F.logsigmoid(margin); // [B]
        var wrong = flipped * F.logsigmoid(-margin);      // [B]
        return PreferenceLossOutput.Of((right + wrong) / (1 - (2 * flipped)), chosen, rejected, beta);
    }
}
