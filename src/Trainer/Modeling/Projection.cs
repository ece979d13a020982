using Orleans.Dpo.Trainer.Modeling.Adapters;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>y = x·Wᵀ + b, with a low-rank adapter on top where one is attached.</summary>
internal sealed class Projection : Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [out, in], or [in, out] where the checkpoint has it so
    public readonly Parameter? bias;  // [out]
    private readonly bool _inputFirst;

    public Projection(long inputs, long outputs, bool hasBias, Device device, ScalarType type, bool inputFirst = false) : base(nameof(Projection))
    {
        (Inputs, Outputs, _inputFirst) = (inputs, outputs, inputFirst);
        weight = inputFirst ? Weights.Unset(device, type, inputs, outputs) : Weights.Unset(device, type, outputs, inputs);
        bias = hasBias ? Weights.Unset(device, type, outputs) : null;
        RegisterComponents();
    }

    public long Inputs { get; }

    public long Outputs { get; }

    /// <summary>The adapter, or null.</summary>
    public LoraAdapter? Adapter { get; private set; }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var y = F.linear(x, _inputFirst ? weight.transpose(0, 1) : weight, bias); // [N, out]
        return (Adapter?.AddTo(y, x) ?? y).MoveToOuterDisposeScope();
    }

    /// <summary>Adds an adapter; its matrices get the names <c>lora_A.weight</c> and <c>lora_B.weight</c>.</summary>
    public void Attach(LoraAdapter adapter)
    {
        Adapter = adapter;
        register_module("lora_A", adapter.A);
        register_module("lora_B", adapter.B);
    }

    /// <summary>W with the adapter added in, in float32 and the layout of <see cref="weight"/>.</summary>
    public Tensor MergedWeight()
    {
        using var scope = NewDisposeScope();
        var own = weight.detach().to(ScalarType.Float32);
        return (Adapter is null ? own : own + (_inputFirst ? Adapter.Product().transpose(0, 1) : Adapter.Product())).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Adapter?.Dispose();
        }

        base.Dispose(disposing);
    }
}
