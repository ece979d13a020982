using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>proj(gelu(fc(x))) with the tanh form of GELU (arXiv:1606.08415, section 2), which the checkpoints call gelu_new.</summary>
internal sealed class Gpt2FeedForward : Module<Tensor, Tensor>
{
    private readonly Projection c_fc;
    private readonly Projection c_proj;

    public Gpt2FeedForward(DecoderConfig config, Device device, ScalarType type) : base(nameof(Gpt2FeedForward))
    {
        c_fc = new Projection(config.HiddenSize, config.IntermediateSize, hasBias: true, device, type, inputFirst: true);
        c_proj = new Projection(config.IntermediateSize, config.HiddenSize, hasBias: true, device, type, inputFirst: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return c_proj.call(Gelu(c_fc.call(x))).MoveToOuterDisposeScope(); // [N, H]
    }

    /// <summary>½x(1 + tanh u) = x·σ(2u) with u = √(2/π)·(x + 0.044715·x³).</summary>
    private static Tensor Gelu(Tensor x)
    {
        using var scope = NewDisposeScope();
        var twice = x * ((x * x * 0.044715) + 1) * (2 * Math.Sqrt(2 / Math.PI));
        return (x * twice.sigmoid()).MoveToOuterDisposeScope();
    }
}
