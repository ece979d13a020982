using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Recipes;

namespace Orleans.Dpo.Trainer.Tests.Recipes;

public sealed class DivergenceWatchTests
{
    [Theory]
    [InlineData(double.NaN, 1, "the loss is NaN")]
    [InlineData(double.PositiveInfinity, 1, "the loss is")]
    [InlineData(0.5, double.NaN, "the gradient norm is NaN")]
    public void Numbers_that_are_none_are_named_with_their_step(double loss, double norm, string reason)
    {
        var watch = new DivergenceWatch();
        watch.Check(1, 0.69, 3);
        var failure = Assert.Throws<TrainerException>(() => watch.Check(2, loss, norm));
        Assert.Equal(("diverged", 3), (failure.Code, failure.ExitCode));
        Assert.StartsWith($"Step 2: {reason}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_loss_that_stays_far_above_its_beginning_is_divergence_and_a_single_high_one_is_not()
    {
        var watch = new DivergenceWatch();
        for (var step = 1; step <= 10; step++)
        {
            watch.Check(step, 0.7, 1);
        }

        watch.Check(11, 20, 1);
        for (var step = 12; step <= 30; step++)
        {
            watch.Check(step, 0.7, 1);
        }

        var failure = Assert.Throws<TrainerException>(() =>
        {
            for (var step = 31; step <= 40; step++)
            {
                watch.Check(step, 5, 1);
            }
        });
        Assert.Contains("was 0.700 at first", failure.Message, StringComparison.Ordinal);
    }
}
