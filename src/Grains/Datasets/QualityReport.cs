using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>quality.json: what was counted, how annotators agree, how much of the wanted votes is there, and what changed since the version before.</summary>
public static class QualityReport
{
    private const int Resamples = 400;
    private static readonly string[] s_purposes = ["vote", "repeat", "gold", "adjudication", "head_to_head", "practice"];
    private static readonly double[] s_choices = [0, 1, 2, 3];
    private static readonly double[] s_strengths = [-3, -2, -1, 0, 1, 2, 3];

    /// <summary>The report of a version's counts.</summary>
    public static JsonObject Of(BucketCounts counts) => new()
    {
        ["format"] = 2,
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
        ["ties_in_window"] = counts["ties"],
        ["both_bad_in_window"] = counts["both_bad"],
        ["no_majority_in_window"] = counts["no_majority"],
        ["raw_agreement"] = Share(counts["agreeing"], counts["compared"]),
        ["agreement_pairs_of_votes"] = counts["compared"],
        ["alpha_nominal"] = Alpha(counts.Nominal, s_choices, RatingScale.Nominal),
        ["alpha_ordinal"] = Alpha(counts.Ordinal, s_strengths, RatingScale.Ordinal),
        ["left_share"] = Share(counts["left"], counts["sided"]),
        ["median_active_ms"] = counts.TimeQuantile(0.5),
        ["active_ms"] = new JsonObject { ["p10"] = counts.TimeQuantile(0.1), ["p50"] = counts.TimeQuantile(0.5), ["p90"] = counts.TimeQuantile(0.9) },
    };

    /// <summary>The report with its differences to the version before.</summary>
    public static JsonObject WithDrift(JsonObject report, string parent, JsonObject before)
    {
        var drift = new JsonObject { ["parent"] = parent };
        foreach (var (name, part, whole) in new[]
        {
            ("ties_share", "ties_in_window", "dpo_train"), ("both_bad_share", "both_bad_in_window", "dpo_train"), ("no_majority_share", "no_majority_in_window", "dpo_train"),
        })
        {
            drift[name] = Ratio(report, part, whole) - Ratio(before, part, whole) is { } change ? JsonValue.Create(change) : null;
        }

        foreach (var name in new[] { "raw_agreement", "left_share", "coverage", "median_active_ms", "pairs", "votes", "annotators" })
        {
            drift[name] = Number(report, name) - Number(before, name) is { } change ? change == Math.Floor(change) && name is not ("raw_agreement" or "left_share" or "coverage") ? JsonValue.Create((long)change) : JsonValue.Create(change) : null;
        }

        report["drift"] = drift;
        return report;
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

    private static double? Ratio(JsonObject report, string part, string whole) => Number(report, whole) is > 0 and var all ? Number(report, part) / all : null;

    private static double? Number(JsonObject report, string name) => report[name] is JsonValue value && value.GetValueKind() is System.Text.Json.JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static JsonValue? Share(int part, int whole) => whole is 0 ? null : JsonValue.Create(part / (double)whole);
}
