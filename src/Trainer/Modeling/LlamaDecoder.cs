using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Llama and the families that share its layout: Mistral, Qwen2, Qwen3, SmolLM.</summary>
internal sealed class LlamaDecoder : CausalDecoder
{
    private readonly LlamaStack model;
    private readonly Projection? lm_head;
    private readonly RotaryTable _rotary;

    public LlamaDecoder(DecoderConfig config, Device device, ScalarType type) : base(config, device, type, nameof(LlamaDecoder))
    {
        model = new LlamaStack(config, device, type);
        lm_head = config.TiedEmbeddings ? null : new Projection(config.HiddenSize, config.VocabularySize, hasBias: false, device, type);
        _rotary = new RotaryTable(config, device);
        RegisterComponents();
        eval();
    }

    /// <inheritdoc/>
    public override Tensor Head => lm_head is null ? model.embed_tokens.weight : lm_head.weight;

    /// <inheritdoc/>
    protected override IEnumerable<torch.nn.Module<Tensor, AttentionContext, Tensor>> Blocks => model.layers;

    /// <inheritdoc/>
    protected override AttentionContext Prepared(AttentionContext context) => context with { Angles = _rotary.Of(context) };

    /// <inheritdoc/>
    protected override Tensor Embed(Tensor ids, AttentionContext context) => model.embed_tokens.call(ids);

    /// <inheritdoc/>
    protected override Tensor Finish(Tensor x) => model.norm.call(x);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _rotary.Dispose();
        }

        base.Dispose(disposing);
    }
}
