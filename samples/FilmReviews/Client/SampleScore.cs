using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>The hidden reward of a policy's evaluation responses.</summary>
/// <param name="Policy">Whose they are.</param>
/// <param name="Reward">Mean over responses.</param>
/// <param name="HalfWidth">Of the 95 % interval, clustered by prompt.</param>
/// <param name="Texts">Grammar, length and variety.</param>
internal sealed record SampleScore(string Policy, double Reward, double HalfWidth, TextStatistics Texts)
{
    public static SampleScore Of(string policy, IReadOnlyList<JsonElement> responses)
    {
        var byPrompt = responses.GroupBy(r => r.Text("prompt_id")).Select(g => g.Average(RewardOf)).ToArray();
        var texts = TextStatistics.Of([.. responses.Select(r => ReviewParser.Join(r.GetProperty("prompt").PromptText(), r.Text("text")!))]);
        if (byPrompt.Length < 2)
        {
            return new SampleScore(policy, texts.Reward, 0, texts);
        }

        var mean = byPrompt.Average();
        var deviation = Math.Sqrt(byPrompt.Sum(r => (r - mean) * (r - mean)) / (byPrompt.Length - 1));
        return new SampleScore(policy, Math.Round(mean, 4), Math.Round(1.96 * deviation / Math.Sqrt(byPrompt.Length), 4), texts);
    }

    /// <summary>How often the first policy's response has the higher reward on the same prompt and sample number; ties count ½.</summary>
    public static double WinRate(IEnumerable<JsonElement> ours, IEnumerable<JsonElement> theirs)
    {
        var other = theirs.ToDictionary(Place, RewardOf);
        var results = ours.Where(r => other.ContainsKey(Place(r)))
            .Select(r => RewardOf(r).CompareTo(other[Place(r)]) switch { > 0 => 1, 0 => .5, _ => 0 })
            .ToArray();
        return results.Length == 0 ? .5 : Math.Round(results.Average(), 4);
    }

    private static (string?, int) Place(JsonElement response) => (response.Text("prompt_id"), response.Number("sample"));

    private static double RewardOf(JsonElement response) => HiddenReward.Of(response.GetProperty("prompt").PromptText(), response.Text("text")!);
}
