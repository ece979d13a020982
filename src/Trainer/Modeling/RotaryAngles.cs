using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Cosines and signed sines to turn queries and keys with, in float32; each broadcasts over [B, T, heads, D].</summary>
internal sealed record RotaryAngles(Tensor QueryCos, Tensor QuerySin, Tensor KeyCos, Tensor KeySin)
{
    public Tensor TurnQuery(Tensor query) => Turn(query, QueryCos, QuerySin);

    public Tensor TurnKey(Tensor key) => Turn(key, KeyCos, KeySin);

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var halves = x.chunk(2, -1);
        var swapped = cat([halves[1], halves[0]], -1); // [B, T, heads, D]
        return ((x * cos) + (swapped * sin)).to(x.dtype).MoveToOuterDisposeScope();
    }
}
