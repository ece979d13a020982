using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.Randomness;

namespace Orleans.Dpo.Trainer.Tests.Generation;

public sealed class TokenSamplerTests
{
    private static readonly float[] s_scores = [1.2f, -0.3f, 0.4f, 2.0f, -1.5f, 0.0f, 0.9f, -4f, 1.1f];

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0.7, 1)]
    [InlineData(1, 0.8)]
    [InlineData(1.5, 0.5)]
    public void Tokens_come_as_often_as_their_probability_says(double temperature, double topP)
    {
        const int draws = 40_000;
        var sampler = new TokenSampler(new JobSampling(temperature, topP, 1), s_scores.Length);
        var counts = new int[s_scores.Length];
        for (var i = 0; i < draws; i++)
        {
            counts[sampler.Choose(s_scores, CounterRandom.From(11, i), i % 7).Id]++;
        }

        var expected = Distribution(temperature, topP);
        var chiSquare = 0.0;
        for (var id = 0; id < counts.Length; id++)
        {
            if (expected[id] == 0)
            {
                Assert.Equal(0, counts[id]);
                continue;
            }

            chiSquare += Math.Pow(counts[id] - (draws * expected[id]), 2) / (draws * expected[id]);
        }

        // 99.99 % of chi-square with 8 degrees of freedom.
        Assert.True(chiSquare < 31.8, $"χ² = {chiSquare}");
    }

    [Fact]
    public void The_log_probability_is_that_of_the_full_distribution_at_temperature_one()
    {
        var sampler = new TokenSampler(new JobSampling(0.5, 0.3, 1), s_scores.Length);
        var token = sampler.Choose(s_scores, new CounterRandom(3), 0);
        Assert.Equal(3, token.Id);
        Assert.Equal(Math.Log(Distribution(1, 1)[3]), token.LogProb, 1e-6);
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(1003)]
    public void The_race_over_the_whole_vocabulary_ends_as_its_definition_says(int vocabulary)
    {
        float[] scores = [.. Enumerable.Range(0, vocabulary).Select(id => (float)(3 * Math.Sin(id * 1.7)))];
        var sampler = new TokenSampler(new JobSampling(1, 1, 1), vocabulary);
        for (var draw = 0; draw < 200; draw++)
        {
            var random = CounterRandom.From(5, draw);
            var position = draw % 9;
            var expected = Enumerable.Range(0, vocabulary).MinBy(id => -Math.Log(random.Uniform(((long)position * vocabulary) + id)) / Math.Exp(scores[id]));
            Assert.Equal(expected, sampler.Choose(scores, random, position).Id);
        }
    }

    [Fact]
    public void A_score_that_is_not_a_number_is_refused_wherever_it_stands()
    {
        var scores = new float[40];
        scores[33] = float.NaN;
        Assert.Throws<TrainerException>(() => new TokenSampler(new JobSampling(1, 1, 1), 40).Choose(scores, new CounterRandom(1), 0));
    }

    [Fact]
    public void At_temperature_zero_the_likeliest_token_is_taken() =>
        Assert.Equal(3, new TokenSampler(new JobSampling(0, 1, 1), s_scores.Length).Choose(s_scores, new CounterRandom(9), 4).Id);

    [Fact]
    public void Policies_that_hardly_differ_choose_the_same_token_with_the_same_stream()
    {
        var sampler = new TokenSampler(new JobSampling(1, 1, 1), s_scores.Length);
        float[] moved = [.. s_scores.Select((score, id) => score + (id % 2 == 0 ? 0.05f : -0.05f))];
        var same = Enumerable.Range(0, 2_000).Count(i => sampler.Choose(s_scores, new CounterRandom((ulong)i), 0).Id == sampler.Choose(moved, new CounterRandom((ulong)i), 0).Id);
        // The total variation distance of the two is below 0.05, and a race couples them with at least (1 − d)/(1 + d).
        Assert.True(same > 1_800, $"{same} of 2000");
    }

    [Fact]
    public void Scores_that_are_no_numbers_end_as_diverged() =>
        Assert.Equal("diverged", Assert.Throws<TrainerException>(() => new TokenSampler(new JobSampling(1, 1, 1), 2).Choose([float.NaN, float.NaN], new CounterRandom(1), 0)).Code);

    private static double[] Distribution(double temperature, double topP)
    {
        double[] weights = [.. s_scores.Select(score => Math.Exp(score / temperature))];
        var total = weights.Sum();
        var reached = 0.0;
        var kept = new double[weights.Length];
        foreach (var id in Enumerable.Range(0, weights.Length).OrderByDescending(id => weights[id]))
        {
            if (reached < topP * total)
            {
                kept[id] = weights[id];
            }

            reached += weights[id];
        }

        return [.. kept.Select(weight => weight / kept.Sum())];
    }
}
