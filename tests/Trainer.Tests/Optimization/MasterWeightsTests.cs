using Orleans.Dpo.Trainer.Optimization;
using Parameter = TorchSharp.Modules.Parameter;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Optimization;

public sealed class MasterWeightsTests
{
    [Fact]
    public void Steps_too_small_for_bfloat16_add_up_in_the_master()
    {
        using var scope = NewDisposeScope();
        var full = new Parameter(ones(5, 3, dtype: ScalarType.Float32));
        var half = new Parameter(ones(5, 3, dtype: ScalarType.BFloat16));
        var settings = new AdamWSettings(0.9, 0.999, 0);
        using var exact = new AdamW([("w", full)], settings);
        using var rounded = new AdamW([("w", half)], settings);
        // One step moves a weight of 1 by 1e-4, a fortieth of the distance to its neighbour in bfloat16.
        for (var step = 0; step < 100; step++)
        {
            full.grad = full.detach() * 0 + 0.5f;
            half.grad = half.detach() * 0 + 0.5f;
            Assert.Equal(exact.GradientNorm(), rounded.GradientNorm(), 1e-9);
            exact.Step(1e-4, 1);
            rounded.Step(1e-4, 1);
        }

        Assert.InRange(full.max().ToSingle(), 0.9899f, 0.9901f);
        Assert.Equal(full.detach().to(ScalarType.BFloat16).to(ScalarType.Float32).data<float>().ToArray(), half.detach().to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal(["w.mean", "w.square"], exact.State.Select(entry => entry.Key).Order());
        Assert.Equal(["w.master", "w.mean", "w.square"], rounded.State.Select(entry => entry.Key).Order());
    }
}
