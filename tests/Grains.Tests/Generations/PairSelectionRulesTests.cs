using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Generations;

namespace Orleans.Dpo.Grains.Tests.Generations;

public sealed class PairSelectionRulesTests
{
    [Fact]
    public void Two_samples_are_shown_as_they_are()
    {
        var chosen = PairSelectionRules.FromOne([Sample(0, "a"), Sample(1, "b")], byReward: false, seed: 1, generation: 1)!;
        Assert.Equal(("uniform", 1.0), (chosen.Strategy, chosen.Propensity));
        Assert.Equal(["a", "b"], new[] { chosen.One.Text, chosen.Other.Text }.Order());
    }

    [Fact]
    public void Identical_empty_and_unfinished_responses_make_no_pair()
    {
        Assert.Null(PairSelectionRules.FromOne([Sample(0, "a"), Sample(1, "a")], false, 1, 1));
        Assert.Null(PairSelectionRules.FromOne([Sample(0, "a"), Sample(1, "  ")], false, 1, 1));
        Assert.Null(PairSelectionRules.FromOne([Sample(0, "a"), Sample(1, "b") with { Finished = false }], false, 1, 1));
        Assert.Null(PairSelectionRules.OldNew(Sample(0, "a"), Sample(0, "a") with { Policy = "p0" }));
        Assert.Null(PairSelectionRules.OldNew(Sample(0, "a"), null));
    }

    [Fact]
    public void Strategies_are_mixed_as_designed_and_each_states_its_probability()
    {
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < 2000; i++)
        {
            var samples = Enumerable.Range(0, 4).Select(k => Sample(k, $"text {k}") with { PromptId = $"pr_{i}", LogProb = 0, ReferenceLogProb = -(k * k) }).ToList();
            var chosen = PairSelectionRules.FromOne(samples, byReward: true, seed: 3, generation: 2)!;
            counts[chosen.Strategy] = counts.GetValueOrDefault(chosen.Strategy) + 1;
            switch (chosen.Strategy)
            {
                case "high-low":
                    Assert.Equal((3, 1.0 / 3), (chosen.One.Sample, chosen.Propensity));
                    break;
                case "close":
                    Assert.Equal((1, 0, 1.0), (chosen.One.Sample, chosen.Other.Sample, chosen.Propensity));
                    break;
                default:
                    Assert.Equal(1.0 / 6, chosen.Propensity, 12);
                    break;
            }
        }

        Assert.InRange(counts["high-low"], 930, 1070);
        Assert.InRange(counts["close"], 530, 670);
        Assert.InRange(counts["uniform"], 330, 470);
    }

    [Fact]
    public void The_same_responses_always_give_the_same_pair_and_another_generation_another_chance()
    {
        var samples = Enumerable.Range(0, 6).Select(k => Sample(k, $"text {k}")).ToList();
        Assert.Equal(PairSelectionRules.FromOne(samples, false, 1, 1), PairSelectionRules.FromOne(samples, false, 1, 1));
        Assert.True(Enumerable.Range(1, 20).Select(g => PairSelectionRules.FromOne(samples, false, 1, g)!).Distinct().Count() > 5);
    }

    [Theory]
    [InlineData(24, 0.25, 6)]
    [InlineData(10, 0.0, 0)]
    [InlineData(10, 1.0, 10)]
    [InlineData(5, 0.5, 3)]
    public void Old_against_new_gets_its_share(int pairs, double share, int expected) => Assert.Equal(expected, PairSelectionRules.OldNewPairs(pairs, share));

    [Fact]
    public void Prompts_for_old_against_new_are_spread_evenly() =>
        Assert.Equal([3, 7, 11], Enumerable.Range(0, 12).Where(i => PairSelectionRules.IsOldNew(i, 0.25)));

    private static JobResponse Sample(int number, string text) =>
        new() { PromptId = "pr_1", Policy = "p1", Sample = number, Text = text, Finished = true, Tokens = 3, LogProb = -3, Seed = 0 };
}
