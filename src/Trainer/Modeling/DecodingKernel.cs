using System.Numerics;
using System.Runtime.InteropServices;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Attention of one new token a sequence over its own cached keys and values, on the CPU: one pass over what each sequence really has, no mask, no filling.</summary>
internal static class DecodingKernel
{
    /// <summary>Where a step's numbers are. Shapes: query and output [B, heads, D], keys and values of the cache [B·KV, capacity, D].</summary>
    /// <param name="Heads">Query heads.</param>
    /// <param name="KeyValueHeads">Heads of keys and values.</param>
    /// <param name="Size">Numbers of a head D.</param>
    /// <param name="Capacity">Positions of the cache.</param>
    public readonly record struct Layout(int Heads, int KeyValueHeads, int Size, int Capacity)
    {
        public bool Fits => Size % Vector<float>.Count == 0;
    }

    /// <param name="layout">Shapes.</param>
    /// <param name="lengths">Positions each sequence looks at, the new one included.</param>
    /// <param name="query">Turned and scaled.</param>
    /// <param name="keys">Of the cache, the new ones included.</param>
    /// <param name="values">As the keys.</param>
    /// <param name="output">Gets the mixed values.</param>
    public static void Mix(Layout layout, ReadOnlySpan<int> lengths, ReadOnlySpan<float> query, ReadOnlySpan<float> keys, ReadOnlySpan<float> values, Span<float> output)
    {
        var (size, group) = (layout.Size, layout.Heads / layout.KeyValueHeads);
        var weights = new float[layout.Capacity];
        for (var head = 0; head < lengths.Length * layout.Heads; head++)
        {
            var seen = weights.AsSpan(0, lengths[head / layout.Heads]);
            var held = (head / group * layout.Capacity * size)..;
            Scores(Lanes(query.Slice(head * size, size)), Lanes(keys[held]), seen);
            Softmax(seen);
            Mixed(seen, Lanes(values[held]), MemoryMarshal.Cast<float, Vector<float>>(output.Slice(head * size, size)));
        }
    }

    private static ReadOnlySpan<Vector<float>> Lanes(ReadOnlySpan<float> numbers) => MemoryMarshal.Cast<float, Vector<float>>(numbers);

    private static void Scores(ReadOnlySpan<Vector<float>> query, ReadOnlySpan<Vector<float>> keys, Span<float> scores)
    {
        for (var position = 0; position < scores.Length; position++)
        {
            var key = keys.Slice(position * query.Length, query.Length);
            var sum = query[0] * key[0];
            for (var i = 1; i < query.Length; i++)
            {
                sum += query[i] * key[i];
            }

            scores[position] = Vector.Sum(sum);
        }
    }

    private static void Softmax(Span<float> scores)
    {
        var largest = float.NegativeInfinity;
        foreach (var score in scores)
        {
            largest = MathF.Max(largest, score);
        }

        var whole = scores.Length - (scores.Length % Vector<float>.Count);
        var shift = new Vector<float>(largest);
        var total = 0f;
        foreach (ref var some in MemoryMarshal.Cast<float, Vector<float>>(scores[..whole]))
        {
            some = Vector.Exp(some - shift);
            total += Vector.Sum(some);
        }

        foreach (ref var score in scores[whole..])
        {
            score = MathF.Exp(score - largest);
            total += score;
        }

        foreach (ref var score in scores)
        {
            score /= total;
        }
    }

    private static void Mixed(ReadOnlySpan<float> weights, ReadOnlySpan<Vector<float>> values, Span<Vector<float>> output)
    {
        output.Clear();
        for (var position = 0; position < weights.Length; position++)
        {
            var value = values.Slice(position * output.Length, output.Length);
            for (var i = 0; i < output.Length; i++)
            {
                output[i] += value[i] * weights[position];
            }
        }
    }
}
