using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>y = x / √(mean(x²) + ε) · weight over the last dimension, in float32 (arXiv:1910.07467, Eq. 4).</summary>
internal sealed class RmsNorm : Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [H]
    private readonly double _epsilon;

    public RmsNorm(long size, double epsilon, Device device) : base(nameof(RmsNorm))
    {
        _epsilon = epsilon;
        weight = new Parameter(ones(size, dtype: ScalarType.Float32, device: device));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var inverse = (x * x).mean([-1], keepdim: true).add(_epsilon).rsqrt(); // [N, 1]
        return (x * inverse * weight).MoveToOuterDisposeScope();
    }
}
