using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>What a loss returns for B pairs.</summary>
/// <param name="Losses">Loss per pair [B], with gradient.</param>
/// <param name="ChosenRewards">β·(log π − log π_ref) of the chosen answers [B], detached.</param>
/// <param name="RejectedRewards">The same of the rejected answers [B], detached.</param>
public sealed record PreferenceLossOutput(Tensor Losses, Tensor ChosenRewards, Tensor RejectedRewards)
{
    /// <summary>Hands loss and rewards to the scope outside the current one; everything else made for them goes.</summary>
    internal static PreferenceLossOutput Of(Tensor losses, Tensor chosen, Tensor rejected, double beta) => new(
        losses.MoveToOuterDisposeScope(),
        (beta * chosen.detach()).MoveToOuterDisposeScope(),
        (beta * rejected.detach()).MoveToOuterDisposeScope());
}
