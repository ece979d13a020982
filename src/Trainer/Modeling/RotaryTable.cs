using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Cosines and signed sines of rotary positions in float32, and the causal mask, grown as longer sequences come.</summary>
/// <remarks>
/// The first half of a head turns with the second half ("rotate half", the layout of Hugging Face checkpoints): x·cos + swap(x)·sin with the
/// sine of the first half negated. Queries get the attention scale 1/√D in their tables, which saves one pass over the scores.
/// </remarks>
internal sealed class RotaryTable(int headSize, double rotaryBase, Device device) : IDisposable
{
    private int _length;
    private Tensor? _keyCos;
    private Tensor? _keySin;
    private Tensor? _queryCos;
    private Tensor? _querySin;
    private Tensor? _mask;

    /// <summary>Tables for positions 0 … length − 1 of every sequence, shaped to broadcast over [B, T, heads, D].</summary>
    public RotaryAngles Prefix(long length)
    {
        Grow(length);
        Tensor Take(Tensor? table) => table!.narrow(0, 0, length).view(1, length, 1, headSize);
        return new RotaryAngles(Take(_queryCos), Take(_querySin), Take(_keyCos), Take(_keySin));
    }

    /// <summary>Tables for one position a sequence, positions [B].</summary>
    public RotaryAngles At(Tensor positions, long largest)
    {
        Grow(largest + 1);
        Tensor Take(Tensor? table) => table!.index_select(0, positions).view(-1, 1, 1, headSize);
        return new RotaryAngles(Take(_queryCos), Take(_querySin), Take(_keyCos), Take(_keySin));
    }

    /// <summary>0 where a query may look, −∞ above the diagonal: [T, T].</summary>
    public Tensor CausalMask(long length)
    {
        Grow(length);
        return _mask!.narrow(0, 0, length).narrow(1, 0, length);
    }

    public void Dispose()
    {
        foreach (var table in new[] { _keyCos, _keySin, _queryCos, _querySin, _mask })
        {
            table?.Dispose();
        }
    }

    private void Grow(long length)
    {
        if (length <= _length)
        {
            return;
        }

        Dispose();
        _length = Math.Max(64, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        var (cos, sin) = Angles();
        var scale = 1 / Math.Sqrt(headSize);
        _keyCos = Table(cos, 1);
        _keySin = Table(sin, 1);
        _queryCos = Table(cos, scale);
        _querySin = Table(sin, scale);
        using var scope = NewDisposeScope();
        _mask = full(new long[] { _length, _length }, float.NegativeInfinity, dtype: ScalarType.Float32).triu(1).to(device).DetachFromDisposeScope();
    }

    private (double[] Cos, double[] Sin) Angles()
    {
        var cos = new double[_length * headSize];
        var sin = new double[_length * headSize];
        var half = headSize / 2;
        for (var position = 0; position < _length; position++)
        {
            for (var i = 0; i < headSize; i++)
            {
                // Angles are formed in float32, as the checkpoints' own code forms them.
                var frequency = (float)(1 / Math.Pow(rotaryBase, 2.0 * (i % half) / headSize));
                var angle = position * frequency;
                cos[(position * headSize) + i] = MathF.Cos(angle);
                sin[(position * headSize) + i] = i < half ? -MathF.Sin(angle) : MathF.Sin(angle);
            }
        }

        return (cos, sin);
    }

    private Tensor Table(double[] values, double scale)
    {
        using var scope = NewDisposeScope();
        var scaled = Array.ConvertAll(values, value => (float)(value * scale));
        return tensor(scaled).reshape(_length, headSize).to(device).DetachFromDisposeScope();
    }
}
