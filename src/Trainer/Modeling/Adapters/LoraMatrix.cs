using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>One of an adapter's two matrices; a module of its own only because checkpoints name it so.</summary>
internal sealed class LoraMatrix : Module
{
    public readonly Parameter weight; // A [r, in] or B [out, r]

    public LoraMatrix(long rows, long columns, Device device) : base(nameof(LoraMatrix))
    {
        weight = Weights.Unset(device, ScalarType.Float32, rows, columns);
        RegisterComponents();
    }
}
