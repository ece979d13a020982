using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Log-probabilities of both answers of B pairs, summed over response tokens, end token included; nats.</summary>
/// <param name="PolicyChosen">log π of the chosen answers [B].</param>
/// <param name="PolicyRejected">log π of the rejected answers [B].</param>
/// <param name="ReferenceChosen">log π_ref of the chosen answers [B].</param>
/// <param name="ReferenceRejected">log π_ref of the rejected answers [B].</param>
public sealed record PreferenceLogps(Tensor PolicyChosen, Tensor PolicyRejected, Tensor ReferenceChosen, Tensor ReferenceRejected)
{
    /// <summary>log π − log π_ref of the chosen answers [B].</summary>
    public Tensor ChosenRatio() => PolicyChosen - ReferenceChosen;

    /// <summary>log π − log π_ref of the rejected answers [B].</summary>
    public Tensor RejectedRatio() => PolicyRejected - ReferenceRejected;
}
