using Orleans.Dpo.Trainer.Losses;
using Orleans.Dpo.Trainer.Modeling;
using Orleans.Dpo.Trainer.Optimization;
using Orleans.Dpo.Trainer.Recipes;
using Orleans.Dpo.Trainer.References;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

/// <summary>Loss, gradients and a training trajectory against the independent peer.</summary>
public sealed class DpoGoldenTests
{
    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Loss_and_every_gradient_equal_those_of_the_peer(string name)
    {
        var golden = new GoldenModel(name);
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        var losses = Losses(model, golden, [0, 1, 2, 3]);
        Close.To(golden.Losses, losses.detach().data<float>().ToArray());
        model.Backward(losses.mean());
        var expected = golden.Tensors("gradients.safetensors");
        Assert.Equal(expected.Keys.Order(), model.Trainable().Select(entry => entry.Name).Order());
        foreach (var (parameter, weight) in model.Trainable())
        {
            Close.To(expected[parameter], weight.grad!.contiguous().data<float>().ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(GoldenModel.All), MemberType = typeof(GoldenModel))]
    public void Ten_steps_follow_the_trajectory_of_the_peer(string name)
    {
        var golden = new GoldenModel(name);
        using var model = golden.Load();
        using var optimizer = new AdamW(model.Trainable(), new AdamWSettings(0.9, 0.99, 0.01));
        var schedule = new LearningRateSchedule(10, 1e-3, 0.2, 0.1);
        for (var step = 0; step < 10; step++)
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            var loss = Losses(model, golden, [0, 1, 2, 3]).mean();
            model.Backward(loss);
            var norm = optimizer.GradientNorm();
            Close.To(golden.Steps[step].Loss, loss.ToSingle());
            Close.To(golden.Steps[step].GradientNorm, norm);
            Assert.Equal(golden.Steps[step].LearningRate, schedule.At(step), 1e-12);
            optimizer.Step(schedule.At(step), Math.Min(1, 1 / (norm + 1e-6)));
        }

        var expected = golden.Tensors("after-ten-steps.safetensors");
        var gradients = golden.Tensors("gradients.safetensors");
        Assert.All(model.Trainable(), entry => Near(expected[entry.Name], entry.Parameter.data<float>().ToArray(), gradients[entry.Name]));
    }

    [Fact]
    public void Two_passes_of_two_pairs_give_the_gradient_of_one_pass_of_four()
    {
        var golden = new GoldenModel("tied");
        var whole = Gradients(golden, [[0, 1, 2, 3]]);
        foreach (var parts in new int[][][] { [[0, 1], [2, 3]], [[3], [2, 0], [1]] })
        {
            var split = Gradients(golden, parts);
            Assert.All(whole, entry => Close.To(entry.Value, split[entry.Key]));
        }
    }

    /// <summary>
    /// The bias of a key shifts all scores of a query alike, so its gradient is 0 but for rounding, which Adam scales up to whole steps: there only their sum is bounded.
    /// </summary>
    private static void Near(float[] expected, float[] actual, float[] gradients)
    {
        bool Exact(int i) => Math.Abs(gradients[i]) > 1e-6f;
        int[] all = [.. Enumerable.Range(0, expected.Length)];
        Close.To([.. all.Where(Exact).Select(i => expected[i])], [.. all.Where(Exact).Select(i => actual[i])]);
        Assert.All(all, i => Assert.InRange(Math.Abs(expected[i] - actual[i]), 0, 0.02f));
    }

    private static Dictionary<string, float[]> Gradients(GoldenModel golden, int[][] parts)
    {
        using var scope = NewDisposeScope();
        using var model = golden.Load();
        foreach (var part in parts)
        {
            (Losses(model, golden, part).sum() / 4).backward();
        }

        return model.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter.grad!.contiguous().data<float>().ToArray());
    }

    private static Tensor Losses(CausalDecoder model, GoldenModel golden, int[] rows)
    {
        var reference = new CachedReference([.. golden.Reference("chosen"), .. golden.Reference("rejected")], CPU);
        var (logps, _) = PairBatch.Forward(model, golden.Pairs, reference, rows);
        return new DpoLoss(golden.Beta, 0).Forward(logps).Losses;
    }
}
