using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Embeddings, layers and the last norm: token ids in, hidden states out. Its place in the checkpoint is <c>model.</c></summary>
internal sealed class LlamaStack : Module<Tensor, AttentionContext, Tensor>
{
    public readonly Embedding embed_tokens;
    private readonly ModuleList<LlamaBlock> layers;
    private readonly RmsNorm norm;
    private readonly int _hiddenSize;

    public LlamaStack(DecoderConfig config, Device device) : base(nameof(LlamaStack))
    {
        _hiddenSize = config.HiddenSize;
        embed_tokens = Embedding(config.VocabularySize, config.HiddenSize, device: device);
        layers = new ModuleList<LlamaBlock>([.. Enumerable.Range(0, config.Layers).Select(layer => new LlamaBlock(config, layer, device))]);
        norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, device);
        RegisterComponents();
    }

    public override Tensor forward(Tensor ids, AttentionContext context)
    {
        using var scope = NewDisposeScope();
        var x = embed_tokens.call(ids).view(-1, _hiddenSize); // [B·T, H]
        foreach (var layer in layers)
        {
            x = layer.call(x, context);
        }

        return norm.call(x).MoveToOuterDisposeScope();
    }
}
