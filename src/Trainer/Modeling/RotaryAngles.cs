using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Cosines and signed sines to turn queries and keys with; each broadcasts over [B, T, heads, D].</summary>
internal sealed record RotaryAngles(Tensor QueryCos, Tensor QuerySin, Tensor KeyCos, Tensor KeySin)
{
    /// <summary>Tables of one position each as those of one stream: [1, N, 1, D].</summary>
    public RotaryAngles AsStream() => new(QueryCos.transpose(0, 1), QuerySin.transpose(0, 1), KeyCos.transpose(0, 1), KeySin.transpose(0, 1));

    public Tensor TurnQuery(Tensor query) => Turn(query, QueryCos, QuerySin);

    public Tensor TurnKey(Tensor key) => Turn(key, KeyCos, KeySin);

    private static Tensor Turn(Tensor x, Tensor cos, Tensor sin)
    {
        using var scope = NewDisposeScope();
        var halves = x.chunk(2, -1);
        var swapped = cat([halves[1], halves[0]], -1); // [B, T, heads, D]
        return ((x * cos) + (swapped * sin)).MoveToOuterDisposeScope();
    }
}
