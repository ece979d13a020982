using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Losses;

/// <summary>Log-probabilities of both answers of B pairs, summed over response tokens, end token included; nats.</summary>
/// <param name="PolicyChosen">log π of the chosen answers [B].</param>
/// <param name="PolicyRejected">log π of the rejected answers [B].</param>
/// <param name="ReferenceChosen">log π_ref of the chosen answers [B]; zeros for a loss without reference.</param>
/// <param name="ReferenceRejected">log π_ref of the rejected answers [B]; zeros for a loss without reference.</param>
public sealed record PreferenceLogps(Tensor PolicyChosen, Tensor PolicyRejected, Tensor ReferenceChosen, Tensor ReferenceRejected)
{
    /// <summary>Counted tokens of the chosen answers [B], end token included, in the dtype of the log-probabilities.</summary>
    public Tensor ChosenTokens
    {
        get => CountedChosen ?? throw new InvalidOperationException("This loss counts tokens, and none were given.");
        init => CountedChosen = value;
    }

    /// <summary>Counted tokens of the rejected answers [B].</summary>
    public Tensor RejectedTokens
    {
        get => CountedRejected ?? throw new InvalidOperationException("This loss counts tokens, and none were given.");
        init => CountedRejected = value;
    }

    /// <summary>Weight of each pair [B], of mean 1 over the file, or null where all pairs weigh alike.</summary>
    public Tensor? Weight { get; init; }

    /// <summary>Probability that the chosen answer is the better one [B], in (0, 1], or null where every label is taken as certain.</summary>
    public Tensor? SoftLabel { get; init; }

    /// <summary>How far apart the answers are [B], ≥ 0, in the unit of the rows, or null where the rows do not say.</summary>
    public Tensor? Margin { get; init; }

    private Tensor? CountedChosen { get; init; }

    private Tensor? CountedRejected { get; init; }

    /// <summary>log π − log π_ref of the chosen answers [B].</summary>
    public Tensor ChosenRatio() => PolicyChosen - ReferenceChosen;

    /// <summary>log π − log π_ref of the rejected answers [B].</summary>
    public Tensor RejectedRatio() => PolicyRejected - ReferenceRejected;

    /// <summary>The same pairs with the roles of the answers exchanged.</summary>
    internal PreferenceLogps Swapped() => this with
    {
        PolicyChosen = PolicyRejected,
        PolicyRejected = PolicyChosen,
        ReferenceChosen = ReferenceRejected,
        ReferenceRejected = ReferenceChosen,
        CountedChosen = CountedRejected,
        CountedRejected = CountedChosen,
    };
}
