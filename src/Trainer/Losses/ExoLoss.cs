using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>EXO over pairs: L = σ(x)·(log σ(x) − log(1−ε)) + σ(−x)·(log σ(−x) − log ε), x = β·h: the reverse KL to the smoothed label.</summary>
/// <remarks>The loss over preference pairs of arXiv:2402.00856, Section 3. ε must be above 0, because a certain label is infinitely far from every policy.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="smoothing">ε in (0, 0.5).</param>
public sealed class ExoLoss(double beta, double smoothing) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var margin = beta * (chosen - rejected);         // [B], dimensionless
        var right = margin.sigmoid() * (F.logsigmoid(margin) - Math.Log(1 - smoothing));        // [B]
        var wrong = (-margin).sigmoid() * (F.logsigmoid(-margin) - Math.Log(smoothing));        // [B]
        return PreferenceLossOutput.Of(right + wrong, chosen, rejected, beta);
    }
}
