using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Embeddings, layers and the last norm. Its place in the checkpoint is <c>model.</c></summary>
internal sealed class LlamaStack : Module
{
    public readonly TokenTable embed_tokens;
    public readonly ModuleList<LlamaBlock> layers;
    public readonly RmsNorm norm;

    public LlamaStack(DecoderConfig config, Device device, ScalarType type) : base(nameof(LlamaStack))
    {
        embed_tokens = new TokenTable(config.VocabularySize, config.HiddenSize, device, type);
        layers = new ModuleList<LlamaBlock>([.. Enumerable.Range(0, config.Layers).Select(layer => new LlamaBlock(config, layer, device, type))]);
        norm = new RmsNorm(config.HiddenSize, config.NormEpsilon, device, type);
        RegisterComponents();
    }
}
