using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;
using Orleans.Dpo.Trainer.Generation;
using Orleans.Dpo.Trainer.Randomness;
using static TorchSharp.torch;

namespace Orleans.Dpo.Trainer.Tests.Generation;

/// <summary>The tensor form of the sampler beside the plain one, on the CPU, where both can run.</summary>
public sealed class DeviceSamplerTests
{
    private const int Vocabulary = 101;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(0.7, 1)]
    [InlineData(1, 0.8)]
    [InlineData(1.5, 0.5)]
    public void Both_forms_draw_the_same_tokens(double temperature, double topP)
    {
        using var scope = NewDisposeScope();
        var settings = new JobSampling(temperature, topP, 1);
        using var device = new DeviceSampler(settings, Vocabulary, CPU);
        var plain = new TokenSampler(settings, Vocabulary);
        var scores = Enumerable.Range(0, 200 * Vocabulary).Select(i => (float)(2 * CounterRandom.From(3).Normal(i))).ToArray();
        (CounterRandom Random, int Position)[] streams = [.. Enumerable.Range(0, 200).Select(row => (CounterRandom.From(9, row), row % 11))];
        var tokens = device.Choose(tensor(scores).reshape(200, Vocabulary), streams);
        for (var row = 0; row < tokens.Length; row++)
        {
            var expected = plain.Choose(scores.AsSpan(row * Vocabulary, Vocabulary), streams[row].Random, streams[row].Position);
            Assert.Equal(expected.Id, tokens[row].Id);
            Assert.Equal(expected.LogProb, tokens[row].LogProb, 1e-5);
        }
    }

    [Fact]
    public void Scores_that_are_not_numbers_are_refused()
    {
        using var scope = NewDisposeScope();
        using var device = new DeviceSampler(new JobSampling(1, 1, 1), 4, CPU);
        Assert.Throws<TrainerException>(() => device.Choose(tensor(new[] { 1f, float.NaN, 0f, 2f }).reshape(1, 4), [(new CounterRandom(1), 0)]));
    }
}
