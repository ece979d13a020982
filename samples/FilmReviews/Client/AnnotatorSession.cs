using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>One simulated annotator at work: takes leases, looks at what is shown, sends verdicts.</summary>
internal sealed class AnnotatorSession(ApiClient api, SimulatedAnnotator annotator, RunOptions options, TimeProvider time)
{
    private const int MostUnknown = 20;

    private string Path => $"/api/v1/projects/{options.Project}";

    /// <summary>Takes up to <paramref name="count"/> pairs and judges them all, turning the given share of verdicts round. Nothing judged means that the server has none for this annotator.</summary>
    public async Task<Tally> TurnAsync(int count, double flip, CancellationToken cancellationToken)
    {
        var leases = await api.PostAsync($"{Path}/leases", new { Count = Math.Clamp(count, 1, 4) }, null, cancellationToken);
        var tally = default(Tally);
        var judgments = new Dictionary<string, object>();
        foreach (var lease in leases.GetProperty("items").EnumerateArray())
        {
            var shown = time.GetUtcNow();
            var pair = new ShownPair(lease.GetProperty("prompt").PromptText(), lease.Text("left")!, lease.Text("right")!);
            var verdict = annotator.Judge(options.Seed, pair, flip, options.Taste);
            var decided = verdict.Choice is "a" or "b";
            var leftIsBetter = options.Taste.RewardOf(pair.Prompt, pair.Left) > options.Taste.RewardOf(pair.Prompt, pair.Right);
            tally += new Tally(0, 0, decided ? 1 : 0, decided && leftIsBetter == (verdict.Choice == "a") ? 1 : 0);
            var id = JudgmentIds.New(shown);
            judgments.Add(id, Judgment(id, lease, verdict, shown));
        }

        return tally + await SubmitAsync(judgments, cancellationToken);
    }

    /// <summary>Gives leases back that were taken and not judged.</summary>
    public Task ReleaseAsync(CancellationToken cancellationToken) => api.DeleteAsync($"{Path}/leases", cancellationToken);

    private object Judgment(string id, JsonElement lease, SimulatedVerdict verdict, DateTimeOffset shown)
    {
        var decided = time.GetUtcNow();
        return new
        {
            Id = id,
            Pair = lease.Text("pair"),
            Lease = lease.Text("lease"),
            Choice = verdict.Choice switch { "a" => "left", "b" => "right", var other => other },
            verdict.Strength,
            ActiveMs = (long)(decided - shown).TotalMilliseconds,
            ShownAt = Instant(shown),
            DecidedAt = Instant(decided),
            Reasons = Array.Empty<string>(),
            Guideline = lease.Number("guideline"),
            Input = "api",
        };
    }

    private async Task<Tally> SubmitAsync(Dictionary<string, object> judgments, CancellationToken cancellationToken)
    {
        var tally = default(Tally);
        for (var attempt = 0; judgments.Count > 0; attempt++)
        {
            var results = await api.PostAsync($"{Path}/judgments", judgments.Values, null, cancellationToken);
            foreach (var result in results.EnumerateArray())
            {
                switch (result.Text("status"))
                {
                    case "stored":
                        judgments.Remove(result.Id());
                        tally += new Tally(1, result.TryGetProperty("counted", out var counted) && counted.GetBoolean() ? 1 : 0, 0, 0);
                        break;
                    case "outcome-unknown" when attempt < MostUnknown:
                        break;   // the same id goes out again
                    default:
                        throw new ApiException(null, result.Text("code"), $"A judgment was refused: {result.GetRawText()}");
                }
            }

            if (judgments.Count > 0)
            {
                await Task.Delay(options.Poll, time, cancellationToken);
            }
        }

        return tally;
    }

    private static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
