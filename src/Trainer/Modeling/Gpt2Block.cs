using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>One layer: attention, then feed-forward, each behind a norm and added to its input.</summary>
internal sealed class Gpt2Block : Module<Tensor, AttentionContext, Tensor>
{
    private readonly Gpt2Norm ln_1;
    private readonly Gpt2Attention attn;
    private readonly Gpt2Norm ln_2;
    private readonly Gpt2FeedForward mlp;

    public Gpt2Block(DecoderConfig config, int layer, Device device, ScalarType type) : base(nameof(Gpt2Block))
    {
        ln_1 = new Gpt2Norm(config, device, type);
        attn = new Gpt2Attention(config, layer, device, type);
        ln_2 = new Gpt2Norm(config, device, type);
        mlp = new Gpt2FeedForward(config, device, type);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var attended = x + attn.call(ln_1.call(x), context);
        return (attended + mlp.call(ln_2.call(attended))).MoveToOuterDisposeScope(); // [B·T, H]
    }
}
