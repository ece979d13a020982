using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>SwiGLU: down(silu(gate(x)) · up(x)) (arXiv:2002.05202, Eq. 6 without biases).</summary>
internal sealed class LlamaFeedForward : Module<Tensor, Tensor>
{
    private readonly Linear gate_proj;
    private readonly Linear up_proj;
    private readonly Linear down_proj;

    public LlamaFeedForward(DecoderConfig config, Device device) : base(nameof(LlamaFeedForward))
    {
        gate_proj = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false, device: device);
        up_proj = Linear(config.HiddenSize, config.IntermediateSize, hasBias: false, device: device);
        down_proj = Linear(config.IntermediateSize, config.HiddenSize, hasBias: false, device: device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return down_proj.call(F.silu(gate_proj.call(x)) * up_proj.call(x)).MoveToOuterDisposeScope(); // [N, H]
    }
}
