using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Attention whose queries, keys and values come out of one matrix; positions are in the input already.</summary>
internal sealed class Gpt2Attention : Module<Tensor, AttentionContext, Tensor>
{
    private readonly Projection c_attn;
    private readonly Projection c_proj;
    private readonly DecoderConfig _config;
    private readonly int _layer;

    public Gpt2Attention(DecoderConfig config, int layer, Device device, ScalarType type) : base(nameof(Gpt2Attention))
    {
        (_config, _layer) = (config, layer);
        c_attn = new Projection(config.HiddenSize, 3 * config.HiddenSize, hasBias: true, device, type, inputFirst: true);
        c_proj = new Projection(config.HiddenSize, config.HiddenSize, hasBias: true, device, type, inputFirst: true);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var parts = c_attn.call(x).view(context.Batch, context.Length, 3, _config.Heads, _config.HeadSize);
        Tensor Part(int which) => parts.select(2, which).transpose(1, 2); // [B, heads, T, D]
        var query = Part(0) * (1 / Math.Sqrt(_config.HeadSize));
        return c_proj.call(GroupedAttention.Mix(query, Part(1), Part(2), _layer, context)).MoveToOuterDisposeScope(); // [B·T, H]
    }
}
