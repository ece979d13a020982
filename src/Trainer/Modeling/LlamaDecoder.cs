using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>A Llama-type language model; it computes in float32.</summary>
internal sealed class LlamaDecoder : CausalDecoder
{
    private readonly LlamaStack model;
    private readonly Linear? lm_head;
    private readonly RotaryTable _rotary;

    public LlamaDecoder(DecoderConfig config, Device device) : base(config, device, nameof(LlamaDecoder))
    {
        model = new LlamaStack(config, device);
        lm_head = config.TiedEmbeddings ? null : Linear(config.HiddenSize, config.VocabularySize, hasBias: false, device: device);
        _rotary = new RotaryTable(config.HeadSize, config.RotaryBase, device);
        RegisterComponents();
        eval();
    }

    /// <inheritdoc/>
    public override Tensor Hidden(Tensor ids, IKeyValueSink? sink = null)
    {
        using var scope = NewDisposeScope();
        var shape = ids.shape;
        var context = new AttentionContext(shape[0], shape[1], _rotary.Prefix(shape[1]), _rotary.CausalMask(shape[1]), sink);
        return model.call(ids, context).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Hidden(PackedTokens packed)
    {
        using var scope = NewDisposeScope();
        var angles = _rotary.At(packed.Positions, packed.LargestPosition).AsStream();
        var context = new AttentionContext(1, packed.Ids.shape[0], angles, packed.Groups[0].Mask, Groups: packed.Groups);
        return model.call(packed.Ids.unsqueeze(0), context).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor HiddenNext(Tensor ids, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        var angles = _rotary.At(cache.Positions(), cache.LargestPosition);
        var context = new AttentionContext(ids.shape[0], 1, angles, cache.Mask(), cache);
        return model.call(ids.view(-1, 1), context).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Head => lm_head is null ? model.embed_tokens.weight! : lm_head.weight!;

    /// <inheritdoc/>
    public override Tensor Logits(Tensor hidden) => F.linear(hidden, Head);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
        }

        base.Dispose(disposing);
    }
}
