using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>IPO per token: L = (h/|y| − 1/(2β))², each log-ratio divided by the tokens of its answer before the difference is taken.</summary>
/// <remarks>
/// Eq. 17 of arXiv:2310.12036 with τ = β. The paper writes whole answers; its authors confirmed to the maintainers of TRL that means over tokens were meant, and
/// TRL, LLaMA-Factory and HALOs compute those. <see cref="IpoLoss"/> is the summed reading. With means the target 1/(2β) is reached at far larger log-ratios.
/// </remarks>
/// <param name="beta">β &gt; 0: the regression target is 1/(2β) nats a token.</param>
public sealed class IpoMeanLoss(double beta) : IPreferenceLoss
{
    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.ChosenRatio() / logps.ChosenTokens;       // [B], nats a token
        var rejected = logps.RejectedRatio() / logps.RejectedTokens; // [B], nats a token
        var distance = chosen - rejected - (1 / (2 * beta));         // [B]
        return PreferenceLossOutput.Of(distance * distance, chosen, rejected, beta);
    }
}
