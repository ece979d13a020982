using Orleans.Dpo.Trainer.Modeling.Adapters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>A causal language model with Hugging Face's checkpoint keys. Build it outside dispose scopes.</summary>
/// <remarks>Weights and matrix products have the type <see cref="DType"/>; norms, rotary angles, attention weights and scores are float32.</remarks>
internal abstract class CausalDecoder : Module
{
    private readonly CausalMask _mask;
    private readonly LayerTape _tape = new();

    private protected CausalDecoder(DecoderConfig config, Device device, ScalarType type, string name) : base(name)
    {
        (Config, Place, DType) = (config, device, type);
        _mask = new CausalMask(config.SlidingWindow, device);
    }

    public DecoderConfig Config { get; }

    /// <summary>The device that holds the weights.</summary>
    public Device Place { get; }

    /// <summary>The type of weights and matrix products: float32 or bfloat16.</summary>
    public ScalarType DType { get; }

    /// <summary>Keep only each layer's input in the forward pass and compute the rest again in <see cref="Backward"/>: less memory, a third more work.</summary>
    public bool GradientCheckpointing { get; set; }

    /// <summary>The weight that turns states into scores: [V, H]. <see cref="Logits"/> is a product with it and nothing else.</summary>
    public abstract Tensor Head { get; }

    /// <summary>What weights' names begin with in some of the family's files and not in others.</summary>
    public virtual string OptionalPrefix => "";

    /// <summary>Whether names are written without <see cref="OptionalPrefix"/>, because they were read so.</summary>
    public bool BareNames { get; set; }

    protected abstract IEnumerable<Module<Tensor, AttentionContext, Tensor>> Blocks { get; }

    /// <summary>The decoder that a config describes, with weights not yet set.</summary>
    public static CausalDecoder Create(DecoderConfig config, Device device, ScalarType type = ScalarType.Float32) =>
        config.ModelType == "gpt2" ? new Gpt2Decoder(config, device, type) : new LlamaDecoder(config, device, type);

    /// <summary>Hidden states of whole sequences that begin at position 0.</summary>
    /// <param name="ids">Token ids [B, T], padded on the right.</param>
    /// <param name="sink">Keeps keys and values for decoding, or null.</param>
    /// <returns>[B·T, H]</returns>
    public Tensor Hidden(Tensor ids, IKeyValueSink? sink = null)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        return Run(ids, new AttentionContext(batch, length, _mask.Of(length), null, length - 1, sink)).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of sequences with padding before them, which begin at position 0 after it. What padded positions hold means nothing.</summary>
    /// <param name="ids">Token ids [B, T].</param>
    /// <param name="padding">How many positions of each row come before its sequence: [B].</param>
    /// <returns>[B·T, H]</returns>
    public Tensor HiddenLeftPadded(Tensor ids, int[] padding)
    {
        using var scope = NewDisposeScope();
        var (batch, length) = (ids.shape[0], ids.shape[1]);
        long[] positions = [.. padding.SelectMany(before => Enumerable.Range(0, (int)length).Select(t => (long)Math.Max(0, t - before)))];
        var mask = _mask.Of(length, padding, Config.KeyValueHeads);
        return Run(ids, new AttentionContext(batch, length, mask, tensor(positions, device: Place), length - 1)).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of a packed stream.</summary>
    /// <returns>[N, H]</returns>
    public Tensor Hidden(PackedTokens packed)
    {
        using var scope = NewDisposeScope();
        var groups = Windowed(packed);
        var context = new AttentionContext(1, packed.Ids.shape[0], groups[0].Mask, packed.Positions, packed.LargestPosition, Groups: groups);
        return Run(packed.Ids, context).MoveToOuterDisposeScope();
    }

    /// <summary>Hidden states of one new token a sequence; the cache knows where each stands.</summary>
    /// <param name="ids">Token ids [B].</param>
    /// <param name="cache">Keys and values so far.</param>
    /// <returns>[B, H]</returns>
    public Tensor HiddenNext(Tensor ids, KeyValueCache cache)
    {
        using var scope = NewDisposeScope();
        return Run(ids, new AttentionContext(ids.shape[0], 1, cache.Mask(), cache.Positions(), cache.LargestPosition, cache)).MoveToOuterDisposeScope();
    }

    /// <summary>Scores of every token of the vocabulary, in float32.</summary>
    /// <param name="hidden">[N, H]</param>
    /// <returns>[N, V]</returns>
    public Tensor Logits(Tensor hidden)
    {
        using var scope = NewDisposeScope();
        return F.linear(hidden, Head).to(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Adds the gradient of a loss to that of the weights. Recipes call this and never <c>backward</c> themselves.</summary>
    public void Backward(Tensor loss)
    {
        loss.backward();
        _tape.Backward(Blocks);
    }

    /// <summary>What training changes: all weights, or those of the adapters where there are any.</summary>
    public IEnumerable<(string Name, Parameter Parameter)> Trainable() => named_parameters().Where(entry => entry.parameter.requires_grad);

    /// <summary>Until disposed, the model computes without its adapters.</summary>
    public IDisposable AdaptersOff() => new AdapterScope(LoraAdapters.Of(this), AdapterMode.Off);

    /// <summary>Until disposed, the model computes with its adapters as they were attached: the starting model of a run.</summary>
    public IDisposable AdaptersAtStart() => new AdapterScope(LoraAdapters.Of(this), AdapterMode.Start);

    /// <summary>Whether a tensor of a file is no weight and may be there all the same.</summary>
    public virtual bool Ignores(string name) => false;

    /// <summary>Adds what layers of this family need to know about positions.</summary>
    protected abstract AttentionContext Prepared(AttentionContext context);

    /// <returns>[B·T, H]</returns>
    protected abstract Tensor Embed(Tensor ids, AttentionContext context);

    /// <summary>The last norm: [B·T, H] to [B·T, H].</summary>
    protected abstract Tensor Finish(Tensor x);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _tape.Clear();
            _mask.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>A stream's groups with what lies before the window hidden too.</summary>
    private IReadOnlyList<PackedGroup> Windowed(PackedTokens packed)
    {
        if (Config.SlidingWindow is not { } window || packed.LargestPosition < window)
        {
            return packed.Groups;
        }

        var parts = packed.Positions.split([.. packed.Groups.Select(group => (long)group.Tokens)]);
        return [.. packed.Groups.Zip(parts, (group, positions) =>
        {
            var distance = positions.view(group.Rows, 1, group.Length, 1) - positions.view(group.Rows, 1, 1, group.Length); // [R, 1, L, L]
            return group with { Mask = group.Mask.masked_fill(distance.ge(window), float.NegativeInfinity) };
        })];
    }

    private Tensor Run(Tensor ids, AttentionContext given)
    {
        var context = Prepared(given);
        var x = Embed(ids, context); // [B·T, H]
        if (GradientCheckpointing && context.Cache is null && is_grad_enabled())
        {
            return Finish(_tape.Record(Blocks, x, context));
        }

        foreach (var block in Blocks)
        {
            // The graph, where there is one, holds what it needs; without one the last layer's states are free here.
            using var before = x;
            x = block.call(before, context);
        }

        return Finish(x);
    }
}
