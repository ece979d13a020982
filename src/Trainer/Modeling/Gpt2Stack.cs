using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Token and position embeddings, layers and the last norm. Its place in the checkpoint is <c>transformer.</c>, or the top.</summary>
internal sealed class Gpt2Stack : Module
{
    public readonly TokenTable wte;
    public readonly TokenTable wpe;
    public readonly ModuleList<Gpt2Block> h;
    public readonly Gpt2Norm ln_f;

    public Gpt2Stack(DecoderConfig config, Device device, ScalarType type) : base(nameof(Gpt2Stack))
    {
        wte = new TokenTable(config.VocabularySize, config.HiddenSize, device, type);
        wpe = new TokenTable(config.MaxPositions, config.HiddenSize, device, type);
        h = new ModuleList<Gpt2Block>([.. Enumerable.Range(0, config.Layers).Select(layer => new Gpt2Block(config, layer, device, type))]);
        ln_f = new Gpt2Norm(config, device, type);
        RegisterComponents();
    }
}
