using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Cosines and signed sines of rotary positions in float32, grown as longer sequences come.</summary>
/// <remarks>
/// The first half of a head turns with the second half ("rotate half", the layout of Hugging Face checkpoints): x·cos + swap(x)·sin with the
/// sine of the first half negated. Queries get the attention scale 1/√D in their tables, which saves one pass over the scores.
/// </remarks>
internal sealed class RotaryTable(DecoderConfig config, Device device) : IDisposable
{
    private readonly int _size = config.HeadSize;
    private int _length;
    private Tensor? _keyCos;
    private Tensor? _keySin;
    private Tensor? _queryCos;
    private Tensor? _querySin;

    /// <summary>Tables for the positions of a call, shaped to broadcast over [B, T, heads, D].</summary>
    public RotaryAngles Of(AttentionContext context)
    {
        Grow(context.Largest + 1);
        Tensor Take(Tensor? table) => context.Positions is { } positions
            ? table!.index_select(0, positions).view(context.Batch, context.Length, 1, _size)
            : table!.narrow(0, 0, context.Length).view(1, context.Length, 1, _size);
        return new RotaryAngles(Take(_queryCos), Take(_querySin), Take(_keyCos), Take(_keySin));
    }

    public void Dispose()
    {
        foreach (var table in new[] { _keyCos, _keySin, _queryCos, _querySin })
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
        var scale = 1 / Math.Sqrt(_size);
        _keyCos = Table(cos, 1);
        _keySin = Table(sin, 1);
        _queryCos = Table(cos, scale);
        _querySin = Table(sin, scale);
    }

    private (double[] Cos, double[] Sin) Angles()
    {
        var cos = new double[_length * _size];
        var sin = new double[_length * _size];
        var half = _size / 2;
        for (var i = 0; i < _size; i++)
        {
            // Angles are formed in float32, as the checkpoints' own code forms them.
            var plain = 1 / Math.Pow(config.RotaryBase, 2.0 * (i % half) / _size);
            var frequency = (float)(config.RotaryScaling?.Apply(plain) ?? plain);
            for (var position = 0; position < _length; position++)
            {
                var angle = position * frequency;
                cos[(position * _size) + i] = MathF.Cos(angle);
                sin[(position * _size) + i] = i < half ? -MathF.Sin(angle) : MathF.Sin(angle);
            }
        }

        return (cos, sin);
    }

    private Tensor Table(double[] values, double scale)
    {
        using var scope = NewDisposeScope();
        var scaled = Array.ConvertAll(values, value => (float)(value * scale));
        return tensor(scaled).reshape(_length, _size).to(device).DetachFromDisposeScope();
    }
}
