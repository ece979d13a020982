using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>SwiGLU: down(silu(gate(x)) · up(x)) (arXiv:2002.05202, Eq. 6; biases only where the config asks for them).</summary>
internal sealed class LlamaFeedForward : Module<Tensor, Tensor>
{
    private readonly Projection gate_proj;
    private readonly Projection up_proj;
    private readonly Projection down_proj;

    public LlamaFeedForward(DecoderConfig config, Device device, ScalarType type) : base(nameof(LlamaFeedForward))
    {
        gate_proj = new Projection(config.HiddenSize, config.IntermediateSize, config.FeedForwardBias, device, type);
        up_proj = new Projection(config.HiddenSize, config.IntermediateSize, config.FeedForwardBias, device, type);
        down_proj = new Projection(config.IntermediateSize, config.HiddenSize, config.FeedForwardBias, device, type);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down_proj.call(F.silu(gate_proj.call(x)) * up_proj.call(x)).MoveToOuterDisposeScope(); // [N, H]
    }
}
