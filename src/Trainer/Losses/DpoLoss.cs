using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>DPO with cDPO smoothing: L = −(1−ε)·log σ(β·h) − ε·log σ(−β·h), h = log-ratio(chosen) − log-ratio(rejected).</summary>
/// <remarks>ε = 0 is Eq. 7 of arXiv:2305.18290; ε &gt; 0 is Eq. 3 of Mitchell's cDPO note, whose minimum lies at β·h = ln((1−ε)/ε).</remarks>
/// <param name="beta">β &gt; 0, dimensionless.</param>
/// <param name="smoothing">ε in [0, 0.5).</param>
public sealed class DpoLoss(double beta, double smoothing) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var margin = beta * (chosen - rejected);         // [B], dimensionless
        var loss = ((smoothing - 1) * F.logsigmoid(margin)) - (smoothing * F.logsigmoid(-margin)); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
