using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Cal-DPO: L = −log σ(h_w − h_l) + ½·[(h_w − 1/(2β))² + (h_l + 1/(2β))²]: log-ratios are drawn to ±1/(2β), chosen answers up, rejected ones down.</summary>
/// <remarks>
/// The objective of arXiv:2412.14516 as its authors compute it; the first term carries no β. Two-sided squares on both answers:
/// what is often called Cal-DPO, a floor under the chosen reward alone, is <see cref="ChosenFloorHingeLoss"/>. The authors use β near 0.002, targets of ±250 nats.
/// </remarks>
/// <param name="beta">β &gt; 0: the targets are ±1/(2β) nats.</param>
public sealed class CalDpoLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                // [B]
        var rejected = logps.RejectedRatio();            // [B]
        var target = 1 / (2 * beta);                     // nats
        var (high, low) = (chosen - target, rejected + target);
        var loss = (0.5 * ((high * high) + (low * low))) - F.logsigmoid(chosen - rejected); // [B]
        return PreferenceLossOutput.Of(loss, chosen, rejected, beta);
    }
}
