using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Normalises the last dimensions to mean 0 and variance 1, then scales and shifts them.</summary>
public class LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly long[] _shape;
    private readonly double _eps;

    internal LayerNorm(long[] shape, double eps, bool affine, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(LayerNorm))
    {
        _shape = shape;
        _eps = eps;
        register_parameter("weight", affine ? (Parameter)new Parameter(ones(shape, dtype, device)).DetachFromDisposeScope() : null);
        register_parameter("bias", affine && hasBias ? (Parameter)new Parameter(zeros(shape, dtype, device)).DetachFromDisposeScope() : null);
    }

    /// <summary>The scale, or null.</summary>
    public Parameter? weight
    {
        get => Registered("weight");
        set => ReplaceParameter("weight", value);
    }

    /// <summary>The shift, or null.</summary>
    public Parameter? bias
    {
        get => Registered("bias");
        set => ReplaceParameter("bias", value);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.layer_norm(tensor, _shape, weight, bias, _eps);
}
