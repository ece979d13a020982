using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Likelihood of the chosen answer: L = −log π(y_w)/|y_w|, nats a token. A term of sums: <c>sigmoid + 0.2*sft</c>.</summary>
/// <remarks>Eq. 1 of arXiv:2404.19733, second term. The mean is over the tokens of each answer, so it does not depend on the batch (TRL's <c>sft</c> is a mean over the batch's tokens).</remarks>
public sealed class ChosenNllLoss : IPreferenceLoss
{
    /// <inheritdoc/>
    public bool UsesReference => false;

    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var chosen = logps.PolicyChosen / logps.ChosenTokens;       // [B], nats a token
        var rejected = logps.PolicyRejected / logps.RejectedTokens; // [B], nats a token
        return PreferenceLossOutput.Of(-chosen, chosen, rejected, 1);
    }
}
