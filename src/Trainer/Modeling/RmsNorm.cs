using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>y = x / √(mean(x²) + ε) · weight over the last dimension, in float32 (arXiv:1910.07467, Eq. 4).</summary>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [H]
    private readonly double _epsilon;
    private readonly bool _full;

    public RmsNorm(long size, double epsilon, Device device, ScalarType type) : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        _full = type == ScalarType.Float32;
        weight = Weights.Unset(device, type, size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var full = _full ? x : x.to(ScalarType.Float32);
        var inverse = (full * full).mean([-1], keepdim: true).add(_epsilon).rsqrt(); // [N, 1]
        var scaled = full * inverse;
        // Checkpoints in half precision were trained with the rounding before the weight, not after it.
        return ((_full ? scaled : scaled.to(x.dtype)) * weight).MoveToOuterDisposeScope();
    }
}
