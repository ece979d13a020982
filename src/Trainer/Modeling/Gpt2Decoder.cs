using System.Text.RegularExpressions;
using Orleans.Dpo.Trainer.Failures;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>GPT-2: learned positions, layer norms, one matrix for queries, keys and values; layers' matrices are stored [in, out].</summary>
internal sealed partial class Gpt2Decoder : CausalDecoder
{
    private readonly Gpt2Stack transformer;
    private readonly Projection? lm_head;

    public Gpt2Decoder(DecoderConfig config, Device device, ScalarType type) : base(config, device, type, nameof(Gpt2Decoder))
    {
        transformer = new Gpt2Stack(config, device, type);
        lm_head = config.TiedEmbeddings ? null : new Projection(config.HiddenSize, config.VocabularySize, hasBias: false, device, type);
        RegisterComponents();
        eval();
    }

    /// <inheritdoc/>
    public override Tensor Head => lm_head is null ? transformer.wte.weight : lm_head.weight;

    /// <inheritdoc/>
    public override string OptionalPrefix => "transformer.";

    /// <inheritdoc/>
    protected override IEnumerable<torch.nn.Module<Tensor, AttentionContext, Tensor>> Blocks => transformer.h;

    /// <summary>Older files carry each layer's causal mask.</summary>
    public override bool Ignores(string name) => Masks().IsMatch(name);

    /// <inheritdoc/>
    protected override AttentionContext Prepared(AttentionContext context) => context.Largest < Config.MaxPositions
        ? context
        : throw TrainerException.BadInput($"A sequence has {context.Largest + 1} positions, the model has {Config.MaxPositions}. Lower the longest row.");

    /// <inheritdoc/>
    protected override Tensor Embed(Tensor ids, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var tokens = transformer.wte.call(ids); // [B·T, H]
        var x = context.Positions is { } positions
            ? tokens + transformer.wpe.call(positions)
            : (tokens.view(context.Batch, context.Length, Config.HiddenSize) + transformer.wpe.weight.narrow(0, 0, context.Length)).view(-1, Config.HiddenSize);
        return x.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override Tensor Finish(Tensor x) => transformer.ln_f.call(x);

    [GeneratedRegex(@"^(transformer\.)?h\.\d+\.attn\.(masked_)?bias$", RegexOptions.CultureInvariant)]
    private static partial Regex Masks();
}
