using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>The expected loss under uncertain labels: p·L(y_w, y_l) + (1−p)·L(y_l, y_w), p the row's probability that its chosen answer is the better one.</summary>
/// <remarks>With −log σ it is Eq. 3 of Mitchell's cDPO note with ε = 1 − p for each row; p = 1 is the loss itself. Rewards stay those of the answers as labelled.</remarks>
/// <param name="inner">The loss under a certain label.</param>
public sealed class SoftLabelLoss(IPreferenceLoss inner) : IPreferenceLoss
{
    /// <inheritdoc/>
    public bool UsesReference => inner.UsesReference;

    /// <inheritdoc/>
    public bool UsesMargin => inner.UsesMargin;

    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var labelled = inner.Forward(logps);
        var loss = logps.SoftLabel is { } sure
            ? (sure * labelled.Losses) + ((1 - sure) * inner.Forward(logps.Swapped()).Losses)   // [B]
            : labelled.Losses;
        return new PreferenceLossOutput(
            loss.MoveToOuterDisposeScope(), labelled.ChosenRewards.MoveToOuterDisposeScope(), labelled.RejectedRewards.MoveToOuterDisposeScope());
    }
}
