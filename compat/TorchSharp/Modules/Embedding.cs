using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>A row of the weight for each index. Its parameter stays out of dispose scopes.</summary>
public class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long _padding;

    internal Embedding(long count, long size, long? padding, Device? device, ScalarType? dtype)
        : this(Fresh(count, size, padding, device, dtype), padding, true)
    {
    }

    internal Embedding(Tensor weight, long? padding, bool trained)
        : base(nameof(Embedding))
    {
        num_embeddings = weight.shape[0];
        embedding_dim = weight.shape[1];
        _padding = padding is { } row ? (row < 0 ? row + num_embeddings : row) : -1;
        register_parameter("weight", (Parameter)new Parameter(weight, trained).DetachFromDisposeScope());
    }

    /// <summary>How many rows there are.</summary>
    public long num_embeddings { get; }
    /// <summary>The size of a row.</summary>
    public long embedding_dim { get; }
    /// <summary>The weight, by a new object and handle each time, as in the real library; the tensor behind is one.</summary>
    public Parameter? weight
    {
        get
        {
            var own = Registered("weight")!;
            return new Parameter(own.alias(), own.requires_grad);
        }
        set => ReplaceParameter("weight", value is null ? null : (Parameter)new Parameter(value.alias(), value.requires_grad).DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var own = Registered("weight")!;
        return Tensor.Own(Interop.NativeMethods.embedding(own.Handle, input.Handle, _padding), own, input);
    }

    private static Tensor Fresh(long count, long size, long? padding, Device? device, ScalarType? dtype)
    {
        using var noGrad = no_grad();
        var result = empty([count, size], dtype, device).normal_();
        if (padding is { } row)
        {
            using var zeros = result.select(0, row).Zeroed();
        }

        return result;
    }
}
