using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Neighbouring stretches of a packed stream that attention handles together.</summary>
/// <param name="Rows">Stretches R of the group.</param>
/// <param name="Length">Tokens L of each, filled up to the longest.</param>
/// <param name="Mask">0 where a token may look, −∞ elsewhere; added to the scores: [R or 1, 1, L, L].</param>
internal sealed record PackedGroup(int Rows, int Length, Tensor Mask)
{
    public int Tokens => Rows * Length;
}
