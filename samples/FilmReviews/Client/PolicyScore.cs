namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The reward of a policy's responses on held-out prompts.</summary>
/// <param name="Policy">Whose they are.</param>
/// <param name="Mean">Over prompts.</param>
/// <param name="Interval">95 %, by a bootstrap over prompts.</param>
/// <param name="Deviation">Of single responses.</param>
/// <param name="Responses">How many.</param>
internal sealed record PolicyScore(string Policy, double Mean, double[] Interval, double Deviation, int Responses)
{
    private const int Resamples = 2000;

    public static PolicyScore Of(string policy, IReadOnlyList<Answer> responses, Taste taste)
    {
        var rewards = responses.Select(r => (Prompt: r.PromptId, Reward: RewardOf(r, taste))).ToArray();
        var byPrompt = rewards.GroupBy(r => r.Prompt, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Average(r => r.Reward)).ToArray();
        var mean = rewards.Average(r => r.Reward);
        return new PolicyScore(policy, byPrompt.Average(), Bootstrap(byPrompt), Math.Sqrt(rewards.Average(r => (r.Reward - mean) * (r.Reward - mean))), rewards.Length);
    }

    /// <summary>How often the first policy's response has the higher reward on the same prompt and sample number, ties ½; with its interval.</summary>
    public static (double Rate, double[] Interval) WinRate(IEnumerable<Answer> ours, IEnumerable<Answer> theirs, Taste taste)
    {
        var other = theirs.ToDictionary(Place, response => RewardOf(response, taste));
        var byPrompt = ours.Where(r => other.ContainsKey(Place(r)))
            .GroupBy(r => r.PromptId, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => g.Average(r => RewardOf(r, taste).CompareTo(other[Place(r)]) switch { > 0 => 1, 0 => .5, _ => 0 }))
            .ToArray();
        return byPrompt.Length == 0 ? (.5, [0, 1]) : (byPrompt.Average(), Bootstrap(byPrompt));
    }

    /// <summary>In units of a deviation.</summary>
    public PolicyScore In(double deviation) => this with { Mean = Mean / deviation, Interval = [Interval[0] / deviation, Interval[1] / deviation] };

    private static double[] Bootstrap(double[] values)
    {
        var draws = new Draws(20231);
        var means = new double[Resamples];
        for (var k = 0; k < Resamples; k++)
        {
            var sum = 0.0;
            for (var i = 0; i < values.Length; i++)
            {
                sum += values[draws.Below(values.Length)];
            }

            means[k] = sum / values.Length;
        }

        Array.Sort(means);
        return [means[49], means[Resamples - 50]];
    }

    private static (string, int) Place(Answer answer) => (answer.PromptId, answer.Sample);

    private static double RewardOf(Answer answer, Taste taste) => taste.RewardOf(answer.Prompt, answer.Text);
}
