using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>y = x Wᵀ + b. Its parameters stay out of dispose scopes.</summary>
public class Linear : nn.Module<Tensor, Tensor>
{
    internal Linear(long inputSize, long outputSize, bool hasBias, Device? device, ScalarType? dtype)
        : base(nameof(Linear))
    {
        in_features = inputSize;
        out_features = outputSize;
        var bound = 1 / Math.Sqrt(inputSize);
        register_parameter("weight", Fresh([outputSize, inputSize], bound, device, dtype));
        register_parameter("bias", hasBias ? Fresh([outputSize], bound, device, dtype) : null);
    }

    /// <summary>Size of the input.</summary>
    public long in_features { get; set; }
    /// <summary>Size of the output.</summary>
    public long out_features { get; set; }
    /// <summary>W, [out, in].</summary>
    public Parameter? weight
    {
        get => Registered("weight");
        set => ReplaceParameter("weight", value?.DetachFromDisposeScope() as Parameter);
    }

    /// <summary>b, [out], or null.</summary>
    public Parameter? bias
    {
        get => Registered("bias");
        set => ReplaceParameter("bias", value?.DetachFromDisposeScope() as Parameter);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor tensor) => nn.functional.linear(tensor, weight!, bias);

    private static Parameter Fresh(long[] size, double bound, Device? device, ScalarType? dtype)
    {
        using var noGrad = no_grad();
        return (Parameter)new Parameter(empty(size, dtype, device).uniform_(-bound, bound)).DetachFromDisposeScope();
    }
}
