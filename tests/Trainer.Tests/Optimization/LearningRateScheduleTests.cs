using Orleans.Dpo.Trainer.Optimization;

namespace Orleans.Dpo.Trainer.Tests.Optimization;

public sealed class LearningRateScheduleTests
{
    [Fact]
    public void The_rate_rises_to_the_peak_and_falls_in_a_line_to_the_floor()
    {
        var schedule = new LearningRateSchedule(10, 1, 0.2, 0.1);
        double[] rates = [.. Enumerable.Range(0, 10).Select(schedule.At)];
        Assert.Equal(0.5, rates[0], 12);
        Assert.Equal(1, rates[1], 12);
        Assert.Equal(1, rates[2], 12);
        Assert.Equal(0.1, rates[9], 12);
        Assert.Equal(rates[4] - rates[3], rates[8] - rates[7], 12);
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(1, 0.0)]
    [InlineData(2, 0.0)]
    public void A_run_of_few_steps_has_a_rate_in_every_one(int steps, double warmup)
    {
        var schedule = new LearningRateSchedule(steps, 1, warmup, 0.5);
        Assert.All(Enumerable.Range(0, steps), step => Assert.InRange(schedule.At(step), 0.5, 1));
    }
}
