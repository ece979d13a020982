using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Layer norm over the last dimension with weight and bias, in float32 (arXiv:1607.06450, Eq. 3).</summary>
internal sealed class Gpt2Norm : Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [H]
    public readonly Parameter bias;   // [H]
    private readonly double _epsilon;
    private readonly long _size;

    public Gpt2Norm(DecoderConfig config, Device device, ScalarType type) : base(nameof(Gpt2Norm))
    {
        (_size, _epsilon) = (config.HiddenSize, config.NormEpsilon);
        weight = Weights.Unset(device, type, _size);
        bias = Weights.Unset(device, type, _size);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        static Tensor Full(Tensor t) => t.to(ScalarType.Float32);
        return F.layer_norm(Full(x), [_size], Full(weight), Full(bias), _epsilon).to(x.dtype).MoveToOuterDisposeScope();
    }
}
