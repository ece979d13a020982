using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Causal attention with grouped queries: each key/value head serves G = heads / KV consecutive query heads.</summary>
/// <remarks>
/// The group is folded into the query's length, so keys and values are never repeated. Padding stands to the right of a sequence, where a
/// causal mask already hides it from every real token; what padded positions compute is never read.
/// </remarks>
internal sealed class LlamaAttention : Module<Tensor, AttentionContext, Tensor>
{
    private readonly Linear q_proj;
    private readonly Linear k_proj;
    private readonly Linear v_proj;
    private readonly Linear o_proj;
    private readonly DecoderConfig _config;
    private readonly int _layer;

    public LlamaAttention(DecoderConfig config, int layer, Device device) : base(nameof(LlamaAttention))
    {
        _config = config;
        _layer = layer;
        q_proj = Linear(config.HiddenSize, config.Heads * config.HeadSize, hasBias: false, device: device);
        k_proj = Linear(config.HiddenSize, config.KeyValueHeads * config.HeadSize, hasBias: false, device: device);
        v_proj = Linear(config.HiddenSize, config.KeyValueHeads * config.HeadSize, hasBias: false, device: device);
        o_proj = Linear(config.Heads * config.HeadSize, config.HiddenSize, hasBias: false, device: device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (context.Batch, context.Length);
        long heads = _config.Heads, shared = _config.KeyValueHeads, size = _config.HeadSize;
        var group = heads / shared;
        var query = context.Angles.TurnQuery(q_proj.call(x).view(batch, length, heads, size)).transpose(1, 2);  // [B, heads, T, D]
        var key = context.Angles.TurnKey(k_proj.call(x).view(batch, length, shared, size)).transpose(1, 2);     // [B, KV, T, D]
        var value = v_proj.call(x).view(batch, length, shared, size).transpose(1, 2);                           // [B, KV, T, D]
        if (context.Groups is { } groups)
        {
            return o_proj.call(PackedAttention.Mix(query, key, value, groups)).MoveToOuterDisposeScope();           // [N, H]
        }

        var (keys, values) = context.Cache is { } cache
            ? cache.Exchange(_layer, key, value)
            : (key.reshape(batch * shared, length, size), value.reshape(batch * shared, length, size));         // [B·KV, L, D]
        var scores = query.reshape(batch * shared, group * length, size).bmm(keys.transpose(1, 2));             // [B·KV, G·T, L]
        var seen = scores.shape[2];
        var weights = softmax(scores.view(batch * shared, group, length, seen) + context.Mask, -1)
            .view(batch * shared, group * length, seen);
        var mixed = weights.bmm(values).view(batch, heads, length, size).transpose(1, 2);                       // [B, T, heads, D]
        return o_proj.call(mixed.reshape(batch * length, heads * size)).MoveToOuterDisposeScope();              // [B·T, H]
    }
}
