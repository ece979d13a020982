using Orleans.Dpo.Trainer.Optimization;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;
using Parameter = TorchSharp.Modules.Parameter;
using LibraryAdamW = TorchSharp.Modules.AdamW;

namespace Orleans.Dpo.Trainer.Tests.Optimization;

public sealed class AdamWTests
{
    [Fact]
    public void The_single_pass_and_the_plain_operations_agree()
    {
        using var scope = NewDisposeScope();
        var random = new CounterRandom(1);
        // 37 is no multiple of any vector width, so the loop's tail is in it.
        var plain = Enumerable.Range(0, 4).Select(k => tensor(Enumerable.Range(0, 37).Select(i => (float)random.Uniform((k * 100) + i)).ToArray())).ToArray();
        var fused = plain.Select(t => t.data<float>().ToArray()).ToArray();
        var c = new AdamWCoefficients(0.5f, 0.9f, 0.99f, 1e-8f, 0.999f, 0.01f, 0.3f);
        for (var step = 0; step < 3; step++)
        {
            AdamW.ByTensorOperations(plain[0], plain[1], plain[2], plain[3], c);
            FusedKernels.AdamW(fused[0], fused[1], fused[2], fused[3], c);
        }

        for (var k = 0; k < 4; k++)
        {
            Close.To(plain[k].data<float>().ToArray(), fused[k], 1e-6);
        }
    }

    [Fact]
    public void Updates_equal_those_of_the_librarys_own_optimizer()
    {
        var (ours, theirs) = (Weights(), Weights());
        using var adam = new AdamW(ours.Select((weight, i) => ($"w{i}", weight)), new AdamWSettings(0.9, 0.95, 0.1));
        var library = optim.AdamW(
            [new LibraryAdamW.ParamGroup([theirs[0]], new LibraryAdamW.Options { weight_decay = 0.1 }), new LibraryAdamW.ParamGroup([theirs[1]], new LibraryAdamW.Options { weight_decay = 0 })],
            1e-2, 0.9, 0.95, 1e-8, 0, false, false);
        for (var step = 0; step < 5; step++)
        {
            using var scope = NewDisposeScope();
            foreach (var weights in new[] { ours, theirs })
            {
                foreach (var weight in weights)
                {
                    weight.grad?.zero_();
                }

                Loss(weights).backward();
            }

            adam.Step(1e-2, 1);
            library.step();
            Close.To(theirs[0].data<float>().ToArray(), ours[0].data<float>().ToArray(), 1e-6);
            Close.To(theirs[1].data<float>().ToArray(), ours[1].data<float>().ToArray(), 1e-6);
        }
    }

    [Fact]
    public void Half_precision_weights_keep_updates_that_are_smaller_than_their_rounding()
    {
        using var scope = NewDisposeScope();
        var weight = new Parameter(ones(4).to(ScalarType.BFloat16));
        using var adam = new AdamW([("w", weight)], new AdamWSettings(0.9, 0.99, 0));
        for (var step = 0; step < 40; step++)
        {
            weight.grad = ones(4).to(ScalarType.BFloat16);
            adam.Step(1e-4, 1); // a step is 1e-4, the spacing of bfloat16 below 1 is 4e-3
        }

        var state = adam.State.ToDictionary(entry => entry.Key, entry => entry.Value);
        Close.To([0.996, 0.996, 0.996, 0.996], state["w.master"].data<float>().ToArray(), 1e-5);
        Assert.Equal(0.99609375f, weight.to(ScalarType.Float32).data<float>()[0]);
    }

    [Fact]
    public void The_gradient_norm_is_taken_over_all_weights_together()
    {
        using var scope = NewDisposeScope();
        Parameter[] weights = [new Parameter(zeros(2, 3)), new Parameter(zeros(5))];
        weights[0].grad = full(new long[] { 2, 3 }, 2f);
        weights[1].grad = full(new long[] { 5 }, 1f);
        using var adam = new AdamW([("a", weights[0]), ("b", weights[1])], new AdamWSettings(0.9, 0.99, 0));
        Assert.Equal(Math.Sqrt((6 * 4) + 5), adam.GradientNorm(), 1e-9);
    }

    private static Parameter[] Weights() => [new Parameter(linspace(2, 3)), new Parameter(linspace(1, 4).flatten())];

    private static Tensor linspace(int rows, int columns) =>
        tensor(Enumerable.Range(0, rows * columns).Select(i => (0.3f * i) - 0.7f).ToArray()).reshape(rows, columns);

    private static Tensor Loss(Parameter[] weights) => (weights[0] * weights[0] * weights[0]).sum() + (weights[1] * 3).sin().sum();
}
