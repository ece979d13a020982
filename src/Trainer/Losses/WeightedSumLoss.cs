using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>A weighted sum of losses; rewards are those of its first term.</summary>
/// <remarks>Weights are not normalised: they say how strongly each term pulls.</remarks>
/// <param name="terms">Weight &gt; 0 and loss of each term, at least one.</param>
public sealed class WeightedSumLoss(IReadOnlyList<(double Weight, IPreferenceLoss Loss)> terms) : IPreferenceLoss
{
    /// <inheritdoc/>
    public bool UsesReference => terms.Any(term => term.Loss.UsesReference);

    /// <inheritdoc/>
    public bool UsesMargin => terms.Any(term => term.Loss.UsesMargin);

    /// <inheritdoc/>
    public PreferenceLossOutput Forward(PreferenceLogps logps)
    {
        using var scope = NewDisposeScope();
        var first = terms[0].Loss.Forward(logps);
        var sum = terms[0].Weight * first.Losses;        // [B]
        foreach (var (weight, loss) in terms.Skip(1))
        {
            sum = sum + (weight * loss.Forward(logps).Losses);
        }

        return new PreferenceLossOutput(
            sum.MoveToOuterDisposeScope(), first.ChosenRewards.MoveToOuterDisposeScope(), first.RejectedRewards.MoveToOuterDisposeScope());
    }
}
