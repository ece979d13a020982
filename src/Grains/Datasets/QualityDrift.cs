using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// How a version differs from the one before it: differences of its report's values; how far the verdicts of the votes that are new lie from those before (total variation, 0 to 1); how much each
/// policy's win rate moved. What cannot be compared is null and says why.
/// </summary>
internal static class QualityDrift
{
    private static readonly string[] s_shares = ["raw_agreement", "left_share", "coverage", "tie_share", "both_bad_share"];
    private static readonly string[] s_counts = ["pairs", "votes", "annotators", "median_active_ms"];
    private static readonly string[] s_window = ["sides_in_window", "ties_in_window", "both_bad_in_window", "no_majority_in_window"];

    /// <summary>The differences.</summary>
    public static JsonObject Of(JsonObject report, string parent, JsonObject before)
    {
        var (drift, why) = (new JsonObject { ["parent"] = parent }, new JsonObject());
        foreach (var name in s_shares)
        {
            Set(name, QualityReport.Number(report[name]) - QualityReport.Number(before[name]));
        }

        foreach (var name in s_counts)
        {
            Set(name, QualityReport.Number(report[name]) - QualityReport.Number(before[name]), whole: true);
        }

        foreach (var name in s_window[1..])
        {
            Set(name.Replace("_in_window", "_share_of_window", StringComparison.Ordinal), InWindow(report, name) - InWindow(before, name));
        }

        Set("alpha_nominal", QualityReport.Number(report["alpha_nominal"]?["value"]) - QualityReport.Number(before["alpha_nominal"]?["value"]));
        Set("alpha_ordinal", QualityReport.Number(report["alpha_ordinal"]?["value"]) - QualityReport.Number(before["alpha_ordinal"]?["value"]));
        Set("gold_accuracy", QualityReport.Number(report["gold"]?["accuracy"]) - QualityReport.Number(before["gold"]?["accuracy"]));
        Verdicts(drift, why, report["verdicts"] as JsonObject, before["verdicts"] as JsonObject, parent);
        Policies(drift, why, report["policies"] as JsonArray, before["policies"] as JsonArray, parent);
        drift["undefined"] = why;
        return drift;

        void Set(string name, double? change, bool whole = false)
        {
            drift[name] = change is not { } by ? null : whole ? JsonValue.Create((long)Math.Round(by)) : JsonValue.Create(by);
            if (change is null)
            {
                why[name] = $"It is not defined in this version or in {parent}.";
            }
        }
    }

    private static double? InWindow(JsonObject report, string name) =>
        s_window.Sum(part => QualityReport.Number(report[part])) is > 0 and var all && s_window.All(part => report[part] is not null) ? QualityReport.Number(report[name]) / all : null;

    /// <summary>A version holds the votes of the one before it, so a difference of shares would shrink as versions grow: the new votes alone are compared with the earlier ones.</summary>
    private static void Verdicts(JsonObject drift, JsonObject why, JsonObject? now, JsonObject? then, string parent)
    {
        var added = now is null || then is null ? null : now.ToDictionary(verdict => verdict.Key, verdict => (QualityReport.Number(verdict.Value) ?? 0) - (QualityReport.Number(then[verdict.Key]) ?? 0), StringComparer.Ordinal);
        var (fresh, earlier) = (added?.Values.Sum() ?? 0, then?.Sum(verdict => QualityReport.Number(verdict.Value) ?? 0) ?? 0);
        var fault = added is null ? $"The report of {parent} does not have them."
            : added.Values.Any(count => count < 0) ? $"Votes that {parent} has have ended, or it was cut at later positions: which are new does not follow from the counts."
            : fresh is 0 ? $"No vote came since {parent}."
            : earlier is 0 ? $"{parent} has no vote."
            : null;
        drift["new_votes"] = fault is null ? new JsonObject
        {
            ["votes"] = (long)fresh,
            ["total_variation"] = added!.Sum(verdict => Math.Abs((verdict.Value / fresh) - ((QualityReport.Number(then![verdict.Key]) ?? 0) / earlier))) / 2,
            ["shares"] = new JsonObject([.. added!.Select(verdict => KeyValuePair.Create(verdict.Key, (JsonNode?)(verdict.Value / fresh)))]),
        } : null;
        if (fault is not null)
        {
            why["new_votes"] = fault;
        }
    }

    private static void Policies(JsonObject drift, JsonObject why, JsonArray? now, JsonArray? then, string parent)
    {
        var known = then?.ToDictionary(policy => (string)policy!["policy"]!, policy => QualityReport.Number(policy!["win_rate"]), StringComparer.Ordinal) ?? [];
        var moved = (now ?? []).Where(policy => known.ContainsKey((string)policy!["policy"]!))
            .Select(policy => KeyValuePair.Create((string)policy!["policy"]!, (JsonNode?)(QualityReport.Number(policy["win_rate"]) - known[(string)policy["policy"]!]))).ToArray();
        drift["win_rates"] = moved.Length > 0 ? new JsonObject(moved) : null;
        if (moved.Length is 0)
        {
            why["win_rates"] = $"No policy or source is compared both here and in {parent}.";
        }
    }
}
