using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Cosines and signed sines to turn queries and keys with; each broadcasts over [B, T, heads, D].</summary>
internal sealed record RotaryAngles(Tensor QueryCos, Tensor QuerySin, Tensor KeyCos, Tensor KeySin)
{
    public Tensor TurnQuery(Tensor query) => Turn(query, QueryCos, QuerySin);

    public Tensor TurnKey(Tensor key) => Turn(key, KeyCos, KeySin);

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var half = x.shape[^1] / 2;
        var swapped = cat([x.narrow(-1, half, half), x.narrow(-1, 0, half)], -1); // [B, T, heads, D]
        return ((x * cos) + (swapped * sin)).MoveToOuterDisposeScope();
    }
}
