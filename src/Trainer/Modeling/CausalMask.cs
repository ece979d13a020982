using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Which keys a query may look at, as numbers that are added to the scores: 0 or −∞. Grown as longer sequences come.</summary>
/// <param name="window">How many positions a query sees, its own included; null: all before it.</param>
/// <param name="device">Where the scores are.</param>
internal sealed class CausalMask(int? window, Device device) : IDisposable
{
    private int _length;
    private Tensor? _mask;

    /// <summary>For sequences that begin at position 0: [T, T].</summary>
    public Tensor Of(long length)
    {
        Grow(length);
        return _mask!.narrow(0, 0, length).narrow(1, 0, length);
    }

    /// <summary>For sequences with padding before them: [B·KV, 1, T, T]. A padded position sees itself, so that no row of scores is empty.</summary>
    public Tensor Of(long length, ReadOnlySpan<int> padding, int keyValueHeads)
    {
        using var scope = NewDisposeScope();
        var size = (int)length;
        var hidden = new float[padding.Length * size * size];
        for (var row = 0; row < padding.Length; row++)
        {
            for (var query = 0; query < size; query++)
            {
                hidden.AsSpan((((row * size) + query) * size), Math.Min(query, padding[row])).Fill(float.NegativeInfinity);
            }
        }

        var before = tensor(hidden, device: device).reshape(padding.Length, 1, size, size) + Of(length);
        return before.unsqueeze(1).expand(padding.Length, keyValueHeads, 1, size, size).reshape(padding.Length * keyValueHeads, 1, size, size)
            .MoveToOuterDisposeScope();
    }

    public void Dispose() => _mask?.Dispose();

    private void Grow(long length)
    {
        if (length <= _length)
        {
            return;
        }

        Dispose();
        _length = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        using var scope = NewDisposeScope();
        var all = full(new long[] { _length, _length }, float.NegativeInfinity, dtype: ScalarType.Float32);
        var mask = all.triu(1);
        if (window is { } seen && seen < _length)
        {
            mask += all.tril(-seen);
        }

        _mask = mask.to(device).DetachFromDisposeScope();
    }
}
