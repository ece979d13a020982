using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Attention over a packed stream: each group by itself, whatever the others' lengths are.</summary>
internal static class PackedAttention
{
    /// <param name="query">Turned and scaled queries [1, heads, N, D].</param>
    /// <param name="key">Turned keys [1, KV, N, D].</param>
    /// <param name="value">Values [1, KV, N, D].</param>
    /// <param name="groups">How the stream divides.</param>
    /// <returns>[N, heads·D]</returns>
    public static Tensor Mix(Tensor query, Tensor key, Tensor value, IReadOnlyList<PackedGroup> groups)
    {
        using var scope = NewDisposeScope();
        long[] sizes = [.. groups.Select(group => (long)group.Tokens)];
        var (queries, keys, values) = (query.split(sizes, 2), key.split(sizes, 2), value.split(sizes, 2));
        var mixed = new Tensor[groups.Count];
        for (var i = 0; i < mixed.Length; i++)
        {
            mixed[i] = Mix(queries[i], keys[i], values[i], groups[i]);
        }

        return (mixed.Length == 1 ? mixed[0] : cat(mixed)).MoveToOuterDisposeScope();
    }

    private static Tensor Mix(Tensor query, Tensor key, Tensor value, PackedGroup group)
    {
        using var scope = NewDisposeScope();
        long rows = group.Rows, length = group.Length, heads = query.shape[1], shared = key.shape[1], size = query.shape[3];

        // Each key/value head serves heads / KV query heads; they are folded into the query's length.
        var queries = Rows(query, rows, length).reshape(rows * shared, heads / shared * length, size);
        var keys = Rows(key, rows, length).reshape(rows * shared, length, size);                                // [R·KV, L, D]
        var scores = queries.bmm(keys.transpose(1, 2));                                                         // [R·KV, G·L, L]
        var weights = softmax(scores.view(rows, heads, length, length) + group.Mask, -1);
        var mixed = weights.to(value.dtype).view(rows * shared, -1, length).bmm(Rows(value, rows, length).reshape(rows * shared, length, size));
        return mixed.view(rows, heads, length, size).transpose(1, 2).reshape(rows * length, heads * size).MoveToOuterDisposeScope(); // [R·L, heads·D]
    }

    /// <summary>[1, heads, R·L, D] as [R, heads, L, D].</summary>
    private static Tensor Rows(Tensor x, long rows, long length) =>
        rows == 1 ? x : x.view(x.shape[1], rows, length, x.shape[3]).transpose(0, 1);
}
