using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Sets elements to zero at random while training, and scales the rest.</summary>
public sealed class Dropout : nn.Module<Tensor, Tensor>
{
    internal Dropout(double p)
        : base(nameof(Dropout)) => this.p = p;

    /// <summary>The probability that an element is set to zero.</summary>
    public double p { get; set; }
    /// <inheritdoc/>
    public override Tensor forward(Tensor input) => nn.functional.dropout(input, p, training);
}
