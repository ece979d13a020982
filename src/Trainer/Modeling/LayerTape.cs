using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Orleans.Dpo.Trainer.Modeling;

/// <summary>Gradient checkpointing: passes through the layers of which only each layer's input is kept, and their gradients by computing layer by layer again.</summary>
/// <remarks>
/// The loss sees a leaf in place of the last layer's states. After its <c>backward</c> the leaf has a gradient, which is carried down through the
/// recomputed layers. A pass whose loss was never propagated has none and is dropped.
/// </remarks>
internal sealed class LayerTape
{
    private readonly List<Pass> _passes = [];

    private sealed record Pass(Tensor Embedded, List<Tensor> Inputs, Tensor Leaf, AttentionContext Context);

    /// <returns>The last layer's states as a leaf that gathers their gradient: [N, H].</returns>
    public Tensor Record(IEnumerable<Module<Tensor, AttentionContext, Tensor>> blocks, Tensor embedded, AttentionContext context)
    {
        embedded.DetachFromDisposeScope();
        var inputs = new List<Tensor>();
        using (no_grad())
        {
            var x = embedded.detach();
            foreach (var block in blocks)
            {
                inputs.Add(x.DetachFromDisposeScope());
                x = block.call(x, context);
            }

            _passes.Add(new Pass(embedded, inputs, x.DetachFromDisposeScope().requires_grad_(), context.Kept()));
        }

        return _passes[^1].Leaf;
    }

    public void Backward(IEnumerable<Module<Tensor, AttentionContext, Tensor>> blocks)
    {
        Module<Tensor, AttentionContext, Tensor>[] layers = [.. blocks];
        foreach (var pass in _passes)
        {
            using var scope = NewDisposeScope();
            if (pass.Leaf.grad is { } gradient)
            {
                pass.Leaf.Dispose();
                CarryDown(layers, pass, gradient);
            }
        }

        Clear();
    }

    public void Clear()
    {
        foreach (var pass in _passes)
        {
            pass.Leaf.Dispose();
            pass.Embedded.Dispose();
            pass.Inputs.ForEach(input => input.Dispose());
            pass.Context.Release();
        }

        _passes.Clear();
    }

    private static void CarryDown(Module<Tensor, AttentionContext, Tensor>[] layers, Pass pass, Tensor gradient)
    {
        using var on = enable_grad();
        for (var i = layers.Length - 1; i >= 0; i--)
        {
            using var scope = NewDisposeScope();
            using var input = pass.Inputs[i].requires_grad_();
            layers[i].call(input, pass.Context).backward([gradient]);
            gradient.Dispose();
            gradient = input.grad!.MoveToOuterDisposeScope();
        }

        if (pass.Embedded.requires_grad)
        {
            pass.Embedded.backward([gradient]);
        }
    }
}
