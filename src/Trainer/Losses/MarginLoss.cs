using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO with an offset: L = −log σ(β·h − δ). δ is the row's own margin times a scale (ODPO) where rows have margins, else one constant.</summary>
/// <remarks>The objective of arXiv:2402.10571 (DPO with an offset); there δ = α·log of the difference of scores, which the rows carry as <c>margin</c> and the scale multiplies by α.</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="margin">Constant δ ≥ 0, in units of reward.</param>
/// <param name="scale">α ≥ 0, multiplies the margins of rows.</param>
public sealed class MarginLoss(double beta, double margin, double scale) : IPreferenceLoss
{
    /// <inheritdoc/>
    public bool UsesMargin => true;

    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var distance = beta * (chosen - rejected);       // [B], dimensionless
        var offset = logps.Margin is { } own ? distance - (scale * own) : distance - margin; // [B]
        return PreferenceLossOutput.Of(-F.logsigmoid(offset), chosen, rejected, beta);
    }
}
