using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Orleans.Dpo.Trainer.Modeling.Adapters;

/// <summary>ΔW = scale·B·A on one projection (arXiv:2106.09685, Eq. 3), in float32 whatever type the projection has.</summary>
internal sealed class LoraAdapter : IDisposable
{
    private Tensor? _startA;
    private Tensor? _startB;

    /// <param name="projection">What it is added to.</param>
    /// <param name="options">Rank and scale.</param>
    public LoraAdapter(Projection projection, LoraOptions options)
    {
        Options = options;
        A = new LoraMatrix(options.Rank, projection.Inputs, projection.weight.device);
        B = new LoraMatrix(projection.Outputs, options.Rank, projection.weight.device);
    }

    public LoraOptions Options { get; }

    /// <summary>Takes the input down to r numbers: [r, in].</summary>
    public LoraMatrix A { get; }

    /// <summary>Brings r numbers up to the output: [out, r].</summary>
    public LoraMatrix B { get; }

    public AdapterMode Mode { get; set; }

    /// <summary>Remembers the present matrices as those of <see cref="AdapterMode.Start"/>. Fresh adapters need not: theirs is no adapter at all.</summary>
    public void RememberStart()
    {
        using var grad = no_grad();
        Dispose();
        _startA = A.weight.clone().DetachFromDisposeScope();
        _startB = B.weight.clone().DetachFromDisposeScope();
    }

    /// <param name="y">The projection's output [N, out].</param>
    /// <param name="x">Its input [N, in].</param>
    public Tensor AddTo(Tensor y, Tensor x)
    {
        if (Mode == AdapterMode.Off || (Mode == AdapterMode.Start && _startA is null))
        {
            return y;
        }

        var (down, up) = Mode == AdapterMode.Start ? (_startA!, _startB!) : (A.weight, B.weight);
        return (y + (F.linear(F.linear(x.to(ScalarType.Float32), down), up) * Options.Scale)).to(y.dtype); // [N, out]
    }

    /// <summary>ΔW: [out, in].</summary>
    public Tensor Product()
    {
        using var scope = NewDisposeScope();
        return (B.weight.detach().matmul(A.weight.detach()) * Options.Scale).MoveToOuterDisposeScope();
    }

    /// <summary>Forgets the remembered matrices; A and B belong to the projection.</summary>
    public void Dispose()
    {
        _startA?.Dispose();
        _startB?.Dispose();
    }
}
