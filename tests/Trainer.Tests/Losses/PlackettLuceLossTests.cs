using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Losses;

public sealed class PlackettLuceLossTests
{
    [Theory]
    [InlineData(0.1, new[] { 1, 0.2, -0.5 }, 1.682585)]
    [InlineData(1.0, new[] { 1, 0.2, -0.5 }, 0.917481)]
    [InlineData(0.1, new[] { 1, -0.5 }, 0.620957)]
    [InlineData(0.1, new[] { 0.0, 0, 0, 0 }, 3.178054)]
    public void The_loss_is_the_worked_number(double beta, double[] ratios, double expected)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(expected, Forward(beta, tensor(ratios), [ratios.Length]).Losses.item<double>(), 6);
    }

    [Fact]
    public void Rankings_of_different_lengths_in_one_batch_are_those_alone()
    {
        using var scope = NewDisposeScope();
        var output = Forward(0.1, tensor([1, 0.2, -0.5, 1, -0.5]), [3, 2]);
        Assert.Equal([1.682585, 0.620957], output.Losses.data<double>().ToArray().Select(loss => Math.Round(loss, 6)));
        Assert.Equal([0.1, 0.02, -0.05, 0.1, -0.05], output.Rewards.data<double>().ToArray().Select(reward => Math.Round(reward, 9)));
    }

    [Fact]
    public void Gradients_agree_with_finite_differences()
    {
        const double h = 1e-5;
        using var scope = NewDisposeScope();
        double[] at = [0.7, -1.1, 0.4, 2];
        var ratios = tensor(at).requires_grad_(true);
        Forward(0.6, ratios, [4]).Losses.sum().backward();
        var gradient = ratios.grad!.data<double>().ToArray();
        for (var i = 0; i < at.Length; i++)
        {
            var (up, down) = ((double[])at.Clone(), (double[])at.Clone());
            up[i] += h;
            down[i] -= h;
            var slope = (Forward(0.6, tensor(up), [4]).Losses.item<double>() - Forward(0.6, tensor(down), [4]).Losses.item<double>()) / (2 * h);
            Assert.Equal(slope, gradient[i], 1e-8);
        }
    }

    private static RankedLossOutput Forward(double beta, Tensor ratios, int[] sizes) => new PlackettLuceLoss(beta).Forward(new RankedLogps(ratios, zeros_like(ratios.detach()), sizes));
}
