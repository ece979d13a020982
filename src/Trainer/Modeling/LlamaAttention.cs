using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Attention with rotary positions; Qwen2 adds biases, Qwen3 norms each head's query and key before they turn.</summary>
internal sealed class LlamaAttention : Module<Tensor, AttentionContext, Tensor>
{
    private readonly Projection q_proj;
    private readonly Projection k_proj;
    private readonly Projection v_proj;
    private readonly Projection o_proj;
    private readonly RmsNorm? q_norm;
    private readonly RmsNorm? k_norm;
    private readonly DecoderConfig _config;
    private readonly int _layer;

    public LlamaAttention(DecoderConfig config, int layer, Device device, ScalarType type) : base(nameof(LlamaAttention))
    {
        (_config, _layer) = (config, layer);
        var (queries, keys) = (config.Heads * config.HeadSize, config.KeyValueHeads * config.HeadSize);
        q_proj = new Projection(config.HiddenSize, queries, config.QueryKeyValueBias, device, type);
        k_proj = new Projection(config.HiddenSize, keys, config.QueryKeyValueBias, device, type);
        v_proj = new Projection(config.HiddenSize, keys, config.QueryKeyValueBias, device, type);
        o_proj = new Projection(queries, config.HiddenSize, config.OutputBias, device, type);
        q_norm = config.QueryKeyNorm ? new RmsNorm(config.HeadSize, config.NormEpsilon, device, type) : null;
        k_norm = config.QueryKeyNorm ? new RmsNorm(config.HeadSize, config.NormEpsilon, device, type) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var angles = context.Angles!;
        var query = angles.TurnQuery(Normed(q_norm, Heads(q_proj, x, context, _config.Heads))).transpose(1, 2);       // [B, heads, T, D]
        var key = angles.TurnKey(Normed(k_norm, Heads(k_proj, x, context, _config.KeyValueHeads))).transpose(1, 2);   // [B, KV, T, D]
        var value = Heads(v_proj, x, context, _config.KeyValueHeads).transpose(1, 2);                                 // [B, KV, T, D]
        return o_proj.call(GroupedAttention.Mix(query, key, value, _layer, context)).MoveToOuterDisposeScope();       // [B·T, H]
    }

    private static Tensor Normed(RmsNorm? norm, Tensor x) => norm is null ? x : norm.call(x);

    private Tensor Heads(Projection projection, Tensor x, AttentionContext context, int heads) =>
        projection.call(x).view(context.Batch, context.Length, heads, _config.HeadSize); // [B, T, heads, D]
}
