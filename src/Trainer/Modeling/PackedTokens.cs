using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Token stretches laid end to end, so that all but attention works on tokens alone and padding costs little or nothing.</summary>
/// <param name="Ids">Token ids: [N].</param>
/// <param name="Positions">The position each token takes in its own sequence: [N]. Answers to one prompt all go on from the prompt's end.</param>
/// <param name="LargestPosition">The largest of them.</param>
/// <param name="Groups">How attention divides the stream, in order; together they have N tokens.</param>
internal sealed record PackedTokens(Tensor Ids, Tensor Positions, int LargestPosition, IReadOnlyList<PackedGroup> Groups);
