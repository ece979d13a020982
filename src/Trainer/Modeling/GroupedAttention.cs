using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Causal attention with grouped queries: each key/value head serves G = heads / KV consecutive query heads.</summary>
/// <remarks>
/// The group is folded into the query's length, so keys and values are never repeated. Padding stands to the right of a sequence, where a
/// causal mask already hides it from every real token; what padded positions compute is never read. Weights are formed in float32.
/// </remarks>
internal static class GroupedAttention
{
    /// <param name="query">[B, heads, T, D], scaled by 1/√D.</param>
    /// <param name="key">[B, KV, T, D].</param>
    /// <param name="value">[B, KV, T, D].</param>
    /// <param name="layer">Layer number from 0.</param>
    /// <param name="context">Mask, and the cache that new keys and values go to.</param>
    /// <returns>[B·T, heads·D]</returns>
    public static Tensor Mix(Tensor query, Tensor key, Tensor value, int layer, AttentionContext context)
    {
        if (context.Groups is { } groups)
        {
            return PackedAttention.Mix(query, key, value, groups);
        }

        if (context.Cache is KeyValueCache { SpansFit: true } own && query.dtype == ScalarType.Float32)
        {
            return own.Attend(layer, query, key, value);
        }

        using var scope = NewDisposeScope();
        var (batch, length) = (context.Batch, context.Length);
        var (heads, size, shared) = (query.shape[1], query.shape[3], key.shape[1]);
        var group = heads / shared;
        var (keys, values) = context.Cache is { } cache
            ? cache.Exchange(layer, key, value)
            : (key.reshape(batch * shared, length, size), value.reshape(batch * shared, length, size)); // [B·KV, L, D]
        var scores = query.reshape(batch * shared, group * length, size).bmm(keys.transpose(1, 2));     // [B·KV, G·T, L]
        var seen = scores.shape[2];
        var weights = softmax(scores.view(batch * shared, group, length, seen) + context.Mask, -1)
            .view(batch * shared, group * length, seen);
        var mixed = weights.to(values.dtype).bmm(values).view(batch, heads, length, size).transpose(1, 2); // [B, T, heads, D]
        return mixed.reshape(batch * length, heads * size).MoveToOuterDisposeScope();                      // [B·T, heads·D]
    }
}
