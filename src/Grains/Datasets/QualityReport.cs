using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// quality.json: what was counted of the live counted votes of a version's pairs, whatever its recipe leaves out: coverage, agreement, ties, gold, timing, how often each policy wins. Each value
/// that is null has its reason in <c>undefined</c>. What changed since the version before is <see cref="QualityDrift"/>'s.
/// </summary>
public static class QualityReport
{
    private const int Resamples = 400;
    private const string NoVotes = "No pair has a vote.";
    private static readonly string[] s_purposes = ["vote", "repeat", "gold", "adjudication", "head_to_head", "practice", "machine", "ranking"];
    private static readonly string[] s_verdicts = ["slightly", "clearly", "much", "better", "tie", "both_bad"];
    private static readonly double[] s_choices = [0, 1, 2, 3];
    private static readonly double[] s_strengths = [-3, -2, -1, 0, 1, 2, 3];
    private static readonly ImmutableArray<(string Name, string Why)> s_reasons =
    [
        ("coverage", "No pair is there to be voted on."), ("raw_agreement", "No pair has two votes."), ("left_share", "No vote is for a side."), ("tie_share", NoVotes), ("both_bad_share", NoVotes),
        ("median_active_ms", "No vote has a time."), ("policies", "No vote compares two policies or sources."), ("drift", "No version was published before."),
    ];

    /// <summary>The report of a version's counts.</summary>
    /// <param name="counts">The counts.</param>
    /// <param name="gold">Right answers of gold pairs by pair id; null: none is known.</param>
    public static JsonObject Of(BucketCounts counts, IReadOnlyDictionary<string, string>? gold = null) => WithRankings(counts, Explained(new()
    {
        ["format"] = 3,
        ["pairs"] = counts["voted"],
        ["pairs_with_all_votes"] = counts["full"],
        ["coverage"] = Share(counts["full"], counts["voted"]),
        ["votes"] = counts["votes"],
        ["surplus"] = counts["surplus"],
        ["withdrawn_or_superseded"] = counts["dead"],
        ["skips"] = counts["skips"],
        ["annotators"] = counts.Annotators.Count,
        ["judgments_by_purpose"] = new JsonObject([.. s_purposes.Select(purpose => KeyValuePair.Create(purpose, (JsonNode?)counts["purpose_" + purpose]))]),
        ["dpo_train"] = counts["train"] + counts["replayed"],
        ["dpo_test"] = counts["test"],
        ["replayed"] = counts["replayed"],
        ["filtered"] = counts["filtered"],
        ["sides_in_window"] = counts["sides"],
        ["ties_in_window"] = counts["ties"],
        ["both_bad_in_window"] = counts["both_bad"],
        ["no_majority_in_window"] = counts["no_majority"],
        ["tie_share"] = Share(counts["said_tie"], counts["votes"]),
        ["both_bad_share"] = Share(counts["said_both_bad"], counts["votes"]),
        ["verdicts"] = new JsonObject([.. s_verdicts.Select(verdict => KeyValuePair.Create(verdict, (JsonNode?)counts["said_" + verdict]))]),
        ["raw_agreement"] = Share(counts["agreeing"], counts["compared"]),
        ["agreement_pairs_of_votes"] = counts["compared"],
        ["alpha_nominal"] = Alpha(counts.Nominal, s_choices, RatingScale.Nominal),
        ["alpha_ordinal"] = Alpha(counts.Ordinal, s_strengths, RatingScale.Ordinal),
        ["gold"] = Gold(counts, gold),
        ["left_share"] = Share(counts["left"], counts["sided"]),
        ["median_active_ms"] = counts.TimeQuantile(0.5),
        ["active_ms"] = new JsonObject { ["p10"] = counts.TimeQuantile(0.1), ["p50"] = counts.TimeQuantile(0.5), ["p90"] = counts.TimeQuantile(0.9), ["votes"] = counts.Times.Values.Sum(static n => (long)n) },
        ["policies"] = counts.Compared.Count is 0 ? null : new JsonArray([.. counts.Compared.Select(policy => new JsonObject
        {
            ["policy"] = policy.Key,
            ["comparisons"] = policy.Value,
            ["win_rate"] = counts.HalfWins.GetValueOrDefault(policy.Key) / (2.0 * policy.Value),
        })]),
        ["drift"] = null,
    }));

    private static JsonObject WithRankings(BucketCounts counts, JsonObject report)
    {
        if (counts["rankings"] > 0)
        {
            report["rankings"] = new JsonObject
            {
                ["rankings"] = counts["rankings"],
                ["orders"] = counts["orders"],
                ["pairs_of_orders"] = counts["tau_pairs"],
                ["mean_tau_b"] = counts["tau_pairs"] > 0 ? JsonValue.Create((counts.Sums["tau"] / 1e6 / counts["tau_pairs"]) - 1) : null,
            };
            if (counts["tau_pairs"] is 0)
            {
                report["rankings"]!["undefined"] = "No ranking has two orders to compare.";
            }
        }

        return report;
    }

    /// <summary>The report with its differences to the version before.</summary>
    public static JsonObject WithDrift(JsonObject report, string parent, JsonObject before)
    {
        report["drift"] = QualityDrift.Of(report, parent, before);
        return Explained(report);
    }

    internal static double? Number(JsonNode? value) => value is JsonValue && value.GetValueKind() is System.Text.Json.JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static JsonObject Explained(JsonObject report)
    {
        report["undefined"] = new JsonObject([.. s_reasons.Where(reason => report.ContainsKey(reason.Name) && report[reason.Name] is null).Select(reason => KeyValuePair.Create(reason.Name, (JsonNode?)reason.Why))]);
        return report;
    }

    /// <summary>How often gold was answered right, with Wilson's interval.</summary>
    private static JsonObject Gold(BucketCounts counts, IReadOnlyDictionary<string, string>? answers)
    {
        var (right, wrong, unknown, pairs) = (0, 0, 0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var (said, count) in counts.Gold)
        {
            var parts = said.Split(' ');
            if (answers?.GetValueOrDefault(parts[0]) is not { } answer)
            {
                unknown += count;
                continue;
            }

            pairs.Add(parts[0]);
            (right, wrong) = parts[1] == answer ? (right + count, wrong) : (right, wrong + count);
        }

        var interval = Wilson(right, right + wrong);
        return new()
        {
            ["judgments"] = right + wrong,
            ["pairs"] = pairs.Count,
            ["right"] = right,
            ["accuracy"] = Share(right, right + wrong),
            ["low"] = interval?.Low,
            ["high"] = interval?.High,
            ["without_known_answer"] = unknown,
            ["undefined"] = right + wrong > 0 ? null : unknown > 0 ? "The right answer of no judged gold pair is known." : "No gold pair was judged.",
        };
    }

    /// <summary>Wilson's score interval at 95 %.</summary>
    private static (double Low, double High)? Wilson(int part, int whole)
    {
        if (whole is 0)
        {
            return null;
        }

        const double Z = 1.959963984540054;
        var (p, n) = (part / (double)whole, (double)whole);
        var middle = (p + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z / (1 + (Z * Z / n)) * Math.Sqrt((p * (1 - p) / n) + (Z * Z / (4 * n * n)));
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>Krippendorff's alpha with its interval, or why there is none.</summary>
    private static JsonObject Alpha(SortedDictionary<string, int> patterns, double[] values, RatingScale scale)
    {
        var units = patterns.Select(pattern => (Counts: pattern.Key.Split(' ').Select(count => double.Parse(count, CultureInfo.InvariantCulture)).ToArray(), Units: pattern.Value));
        var alpha = KrippendorffAlpha.OfPatterns([.. units], values, scale, Resamples);
        return new()
        {
            ["value"] = alpha.Value,
            ["low"] = alpha.Interval?.Low,
            ["high"] = alpha.Interval?.High,
            ["pairs"] = alpha.Units,
            ["undefined"] = alpha.Undefined,
        };
    }

    private static JsonValue? Share(int part, int whole) => whole is 0 ? null : JsonValue.Create(part / (double)whole);
}
