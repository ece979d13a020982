using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Rounds;

/// <summary>A percentile bootstrap over prompts with random numbers of its own, so that the same judgments always give the same interval.</summary>
public static class Bootstrap
{
    /// <summary>Resamples.</summary>
    public const int Resamples = 2000;

    /// <summary>Seed of the counter.</summary>
    private const ulong Seed = 0x0DD0_B007_57A9_0001;

    /// <summary>Mean by prompt and its 95 % interval: the 50th smallest and the 50th largest of the resampled means. [0, 1] without prompts.</summary>
    /// <remarks>Resample k draws its j-th prompt with number <c>k·n + j</c> of the counter, so that two comparisons over the same prompts are paired.</remarks>
    public static WinRate WinRateOf(ImmutableArray<PromptScore> prompts)
    {
        var (wins, losses, ties) = (prompts.Sum(prompt => prompt.Wins), prompts.Sum(prompt => prompt.Losses), prompts.Sum(prompt => prompt.Ties));
        if (prompts.IsEmpty)
        {
            return new(0, 0, 0, 0.5, 0, 1);
        }

        var scores = prompts.Select(prompt => prompt.Score).ToArray();
        var means = new double[Resamples];
        for (var k = 0; k < Resamples; k++)
        {
            var sum = 0.0;
            for (var j = 0; j < scores.Length; j++)
            {
                sum += scores[Draw(((ulong)k * (ulong)scores.Length) + (ulong)j, scores.Length)];
            }

            means[k] = sum / scores.Length;
        }

        Array.Sort(means);
        return new(wins, losses, ties, scores.Average(), means[49], means[Resamples - 50]);
    }

    /// <summary>Number <paramref name="counter"/> of the stream as an index below <paramref name="count"/>: SplitMix64's finalizer, then the high half of a multiplication.</summary>
    internal static int Draw(ulong counter, int count)
    {
        var z = Seed + ((counter + 1) * 0x9E37_79B9_7F4A_7C15);
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        z ^= z >> 31;
        return (int)Math.BigMul(z, (ulong)count, out _);
    }
}
