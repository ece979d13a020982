using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>IPO: L = (h − 1/(2β))², h = log-ratio(chosen) − log-ratio(rejected) of whole answers.</summary>
/// <remarks>
/// Eq. 17 of arXiv:2310.12036 with τ = β. Published code disagrees on summed or per-token log-probabilities. This is the summed reading, in
/// which the paper states it over whole answers; <see cref="IpoMeanLoss"/> is the other one.
/// </remarks>
/// <param name="beta">β &gt; 0: the regression target of h is 1/(2β) nats.</param>
public sealed class IpoLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio();                            // [B]
        var rejected = logps.RejectedRatio();                        // [B]
        var distance = chosen - rejected - (1 / (2 * beta));         // [B], nats
        return PreferenceLossOutput.Of(distance * distance, chosen, rejected, beta);
    }
}
