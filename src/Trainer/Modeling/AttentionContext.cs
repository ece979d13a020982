using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>What attention needs beside its input: the shape of the batch, angles, the mask, and where keys and values are kept.</summary>
/// <param name="Batch">Sequences B.</param>
/// <param name="Length">Positions T of this call; 1 when decoding.</param>
/// <param name="Angles">Rotary tables for these positions.</param>
/// <param name="Mask">Added to the scores: [T, T], or [B·KV, 1, 1, L] over a cache.</param>
/// <param name="Cache">Keys and values of earlier positions, or null when the whole sequence is here.</param>
/// <param name="Groups">How a packed stream divides; the batch is then one row of N tokens.</param>
internal sealed record AttentionContext(
    long Batch, long Length, RotaryAngles Angles, Tensor Mask, IKeyValueSink? Cache = null, IReadOnlyList<PackedGroup>? Groups = null);
