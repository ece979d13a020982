using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>One layer: attention, then feed-forward, each behind a norm and added to its input.</summary>
internal sealed class LlamaBlock : Module<Tensor, AttentionContext, Tensor>
{
    private readonly RmsNorm input_layernorm;
    private readonly LlamaAttention self_attn;
    private readonly RmsNorm post_attention_layernorm;
    private readonly LlamaFeedForward mlp;

    public LlamaBlock(DecoderConfig config, int layer, Device device, ScalarType type) : base(nameof(LlamaBlock))
    {
        input_layernorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, device, type);
        self_attn = new LlamaAttention(config, layer, device, type);
        post_attention_layernorm = new RmsNorm(config.HiddenSize, config.NormEpsilon, device, type);
        mlp = new LlamaFeedForward(config, device, type);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var attended = x + self_attn.call(input_layernorm.call(x), context);
        return (attended + mlp.call(post_attention_layernorm.call(attended))).MoveToOuterDisposeScope(); // [B·T, H]
    }
}
