using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>A causal language model with Hugging Face's checkpoint keys. Build it outside dispose scopes.</summary>
internal abstract class CausalDecoder : Module
{
    private protected CausalDecoder(DecoderConfig config, Device device, string name) : base(name)
    {
        Config = config;
        Place = device;
    }

    public DecoderConfig Config { get; }

    /// <summary>The device that holds the weights.</summary>
    public Device Place { get; }

    /// <summary>The decoder that a config describes, with weights not yet set.</summary>
    public static CausalDecoder Create(DecoderConfig config, Device device) => new LlamaDecoder(config, device);

    /// <summary>Hidden states of whole sequences that begin at position 0.</summary>
    /// <param name="ids">Token ids [B, T], padded on the right.</param>
    /// <param name="sink">Keeps keys and values for decoding, or null.</param>
    /// <returns>[B·T, H]</returns>
    public abstract Tensor Hidden(Tensor ids, IKeyValueSink? sink = null);

    /// <summary>Hidden states of one new token a sequence; the cache knows where each stands.</summary>
    /// <param name="ids">Token ids [B].</param>
    /// <param name="cache">Keys and values so far.</param>
    /// <returns>[B, H]</returns>
    public abstract Tensor HiddenNext(Tensor ids, KeyValueCache cache);

    /// <summary>Hidden states of a packed stream.</summary>
    /// <returns>[N, H]</returns>
    public abstract Tensor Hidden(PackedTokens packed);

    /// <summary>The weight that turns states into scores: [V, H]. <see cref="Logits"/> is a product with it and nothing else.</summary>
    public abstract Tensor Head { get; }

    /// <summary>Scores of every token of the vocabulary.</summary>
    /// <param name="hidden">[N, H]</param>
    /// <returns>[N, V]</returns>
    public abstract Tensor Logits(Tensor hidden);

    /// <summary>Adds the gradient of a loss to that of the weights. Recipes call this and never <c>backward</c> themselves.</summary>
    public virtual void Backward(Tensor loss) => loss.backward();
}
