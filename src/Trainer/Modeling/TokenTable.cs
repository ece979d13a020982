using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>One vector for each token or position.</summary>
internal sealed class TokenTable : Module<Tensor, Tensor>
{
    public readonly Parameter weight; // [V, H]

    public TokenTable(long count, long size, Device device, ScalarType type) : base(nameof(TokenTable))
    {
        weight = Weights.Unset(device, type, count, size);
        RegisterComponents();
    }

    /// <param name="ids">Any shape; read in order.</param>
    /// <returns>[N, H]</returns>
    public override Tensor forward(Tensor ids)
    {
        using var scope = NewDisposeScope();
        return weight.index_select(0, ids.view(-1)).MoveToOuterDisposeScope();
    }
}
