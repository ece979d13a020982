using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>What layers need beside their input: the shape of the batch, positions, the mask, and where keys and values are kept.</summary>
/// <param name="Batch">Sequences B.</param>
/// <param name="Length">Positions T of this call; 1 when decoding.</param>
/// <param name="Mask">Added to the scores: [T, T], or a shape that broadcasts over [B·KV, G, T, L].</param>
/// <param name="Positions">The position of each token, [B·T], or null: 0 … T − 1 in every sequence.</param>
/// <param name="Largest">The largest position.</param>
/// <param name="Cache">Keys and values of earlier positions, or null when the whole sequence is here.</param>
/// <param name="Groups">How a packed stream divides; the batch is then one row of N tokens, and the groups have the masks.</param>
internal sealed record AttentionContext(
    long Batch, long Length, Tensor Mask, Tensor? Positions, long Largest, IKeyValueSink? Cache = null, IReadOnlyList<PackedGroup>? Groups = null)
{
    /// <summary>Rotary tables for these positions; null in families that learn positions.</summary>
    public RotaryAngles? Angles { get; init; }

    /// <summary>A copy whose tensors outlive the scope; it must be disposed by <see cref="Release"/>.</summary>
    public AttentionContext Kept() => this with
    {
        Mask = Held(Mask),
        Groups = Groups is null ? null : [.. Groups.Select(group => group with { Mask = Held(group.Mask) })],
        Angles = Angles is null ? null : new RotaryAngles(Held(Angles.QueryCos), Held(Angles.QuerySin), Held(Angles.KeyCos), Held(Angles.KeySin)),
    };

    public void Release()
    {
        Tensor[] tables = Angles is null ? [] : [Angles.QueryCos, Angles.QuerySin, Angles.KeyCos, Angles.KeySin];
        foreach (var held in tables.Concat(Groups?.Select(group => group.Mask) ?? []).Append(Mask))
        {
            held.Dispose();
        }
    }

    private static Tensor Held(Tensor tensor) => tensor.detach().DetachFromDisposeScope();
}
