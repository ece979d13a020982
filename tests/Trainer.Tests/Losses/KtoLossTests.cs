using Orleans.Dpo.Trainer.Losses;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Losses;

/// <summary>A good answer of log-ratio 1 (or −2) and a bad one of −0.5 (or −4.5); z0 = 0.2.</summary>
public sealed class KtoLossTests
{
    [Theory]
    [InlineData(1.0, true, 0.480011, -0.024960)]
    [InlineData(-2.0, true, 0.554779, null)]
    [InlineData(-0.5, false, 0.482507, 0.024969)]
    [InlineData(-4.5, false, 0.384616, null)]
    public void Loss_and_gradient_are_the_worked_numbers(double ratio, bool desirable, double expected, double? slope)
    {
        using var scope = NewDisposeScope();
        var policy = LossVector.Leaf(ratio);
        var output = new KtoLoss(0.1, 1, 1).Forward(Of(policy, desirable, 0.2));
        Assert.Equal(expected, output.Losses.item<double>(), 6);
        Assert.Equal(0.2, output.Baseline.item<double>(), 12);
        output.Losses.sum().backward();
        if (slope is { } stated)
        {
            Assert.Equal(stated, policy.grad!.item<double>(), 6);
        }
    }

    [Fact]
    public void At_the_reference_the_loss_is_a_half_and_a_negative_baseline_counts_as_zero()
    {
        using var scope = NewDisposeScope();
        var output = new KtoLoss(0.1, 1, 1).Forward(Of(tensor([0.0]), true, -0.7));
        Assert.Equal(0.5, output.Losses.item<double>(), 9);
        Assert.Equal(0, output.Baseline.item<double>());
    }

    [Fact]
    public void Kinds_have_weights_and_the_baseline_has_no_gradient()
    {
        using var scope = NewDisposeScope();
        var mismatched = tensor([0.1, 0.3]).requires_grad_(true);
        var zeros = tensor([0.0, 0]);
        var output = new KtoLoss(0.1, 1.5, 0.5).Forward(new KtoLogps(tensor([1, -0.5]).requires_grad_(true), zeros, tensor([1.0, 0]), mismatched, zeros));
        Assert.Equal([Math.Round(1.5 * 0.480011, 5), Math.Round(0.5 * 0.482507, 5)], output.Losses.data<double>().ToArray().Select(loss => Math.Round(loss, 5)));
        output.Losses.sum().backward();
        Assert.Null(mismatched.grad);
    }

    private static KtoLogps Of(Tensor policy, bool desirable, double baseline)
    {
        var zero = tensor([0.0]);
        return new KtoLogps(policy, zero, tensor([desirable ? 1.0 : 0.0]), tensor([baseline]), zero);
    }
}
