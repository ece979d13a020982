using Orleans.Dpo.Trainer.Batching;
using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Tests.Batching;

public sealed class DataOrderTests
{
    private static readonly int[] s_lengths = [.. Enumerable.Range(0, 103).Select(i => 10 + (i * 37 % 50))];

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void Every_row_comes_once_in_steps_of_the_asked_size(int bucketSteps)
    {
        var steps = DataOrder.Epoch(s_lengths, 8, bucketSteps, new CounterRandom(5));
        Assert.Equal(Enumerable.Range(0, 103), steps.SelectMany(step => step).Order());
        Assert.All(steps[..^1], step => Assert.Equal(8, step.Length));
    }

    [Fact]
    public void Seed_and_epoch_decide_the_order()
    {
        int[] Flat(long seed, int epoch) => [.. DataOrder.Epoch(s_lengths, 8, 4, CounterRandom.From(seed, epoch)).SelectMany(step => step)];
        Assert.Equal(Flat(1, 0), Flat(1, 0));
        Assert.NotEqual(Flat(1, 0), Flat(1, 1));
        Assert.NotEqual(Flat(1, 0), Flat(2, 0));
    }

    [Fact]
    public void Buckets_save_padding()
    {
        static int Waste(int[][] steps) => steps.Sum(step => step.Sum(row => step.Max(other => s_lengths[other]) - s_lengths[row]));
        var free = DataOrder.Epoch(s_lengths, 8, 1, new CounterRandom(5));
        var bucketed = DataOrder.Epoch(s_lengths, 8, 6, new CounterRandom(5));
        Assert.True(Waste(bucketed) * 3 < Waste(free), $"{Waste(bucketed)} against {Waste(free)}");
    }
}
