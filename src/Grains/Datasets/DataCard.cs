using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>README.md of a version, written from computed facts only, with the configurations that dataset libraries read.</summary>
public static class DataCard
{
    /// <summary>The data card.</summary>
    /// <param name="project">Its name.</param>
    /// <param name="version">The version.</param>
    /// <param name="facts">Its counts.</param>
    /// <param name="quality">Its quality.json.</param>
    /// <param name="parent">The version before, or null.</param>
    /// <param name="files">Its tables' files.</param>
    /// <param name="about">Licence, creators, citation.</param>
    public static string Readme(string project, VersionView version, VersionFacts facts, JsonObject quality, VersionView? parent, IReadOnlyCollection<VersionFile> files, DatasetSettings? about = null)
    {
        var name = NumberedName.Of('v', version.Version);
        var recipe = Recipe.Parse(version.Recipe);
        return $"""
            ---
            pretty_name: {project} {name}
            {DatasetAbout.CardLicense(about ?? new())}tags:
            - dpo
            - preference
            - trl
            size_categories:
            - {Size(facts.DpoTrain + facts.DpoTest)}
            configs:
            {Configs(files)}
            ---

            # {project} {name}

            Pairwise preferences, cut from the ledger of the project `{project}`. Revision `{facts.Identity[..VersionIdentity.RevisionDigits]}`, {Origin(version, parent)}.

            | table | rows |
            |---|---|
            | dpo, train (TRL explicit prompt format) | {facts.DpoTrain}, of them {facts.Replayed} from earlier windows |
            | dpo, test | {facts.DpoTest} |
            | items (one a pair) | {facts.Items} |
            | judgments (one a verdict) | {facts.Judgments} |{Orders(quality)}

            Ties in the window: {facts.Ties}. Both bad: {facts.BothBad}. No majority: {facts.NoMajority}. Skips: {facts.Skips}. Kept out by the recipe's filters: {facts.Filtered}. They are in `items` and `judgments`, not in `dpo`.
            Annotators: {quality["annotators"]}. Judgments of policy against policy on held-out prompts never enter `dpo`.
            The split follows the prompt's hash, so no prompt is in both. `recipe.json` and the ledger give the same rows again, byte for byte.

            ## How rows were made

            Aggregation `{recipe.Aggregation}`{Options(recipe)}.

            ## Quality

            | measure | value |
            |---|---|
            | pairs with all wanted votes | {Share(quality["coverage"])} |
            | raw agreement of two votes on a pair | {Share(quality["raw_agreement"])} |
            | Krippendorff's alpha, nominal | {Alpha(quality["alpha_nominal"])} |
            | Krippendorff's alpha, ordinal | {Alpha(quality["alpha_ordinal"])} |
            | gold answered right | {Gold(quality["gold"])} |
            | ties; both bad, of all votes | {Share(quality["tie_share"])}; {Share(quality["both_bad_share"])} |
            | left chosen | {Share(quality["left_share"])} |
            | median active time | {Seconds(quality["median_active_ms"])} |{Tau(quality["rankings"])}

            ## Loading

                load_dataset(FOLDER_OR_REPOSITORY, "dpo")

            Other tables (`kto`, `reward`, `sft`, `annotators`{(quality["rankings"] is null ? "" : ", `rankings`")}) and forms (`jsonl.gz`, `parquet`) are made on request by the server that holds the version.

            {Cite(about ?? new())}
            """.ReplaceLineEndings("\n");
    }

    // Only tables that are there: a library that is told of files that are not refuses the whole dataset.
    private static string Configs(IReadOnlyCollection<VersionFile> files)
    {
        var text = new StringBuilder();
        foreach (var table in new[] { "dpo", "items", "judgments", "ratings", "orders" })
        {
            var splits = (table is "dpo" ? new[] { ("train", "data/dpo/train-"), ("test", "data/dpo/test-") } : [("train", $"data/{table}/")])
                .Where(split => files.Any(file => file.Path.StartsWith(split.Item2, StringComparison.Ordinal))).ToArray();
            if (splits.Length > 0)
            {
                var isFirst = text.Length is 0;
                text.Append(isFirst ? "- config_name: " : "\n- config_name: ").Append(table).Append(isFirst ? "\n  default: true" : "").Append("\n  data_files:")
                    .AppendJoin("", splits.Select(split => $"\n  - split: {split.Item1}\n    path: {split.Item2}*.jsonl"));
            }
        }

        return text.ToString();
    }

    private static string Orders(JsonObject quality) => quality["rankings"] is { } rankings ? $"\n| orders (one a judgment of a ranking; live and counted: {rankings["orders"]}) | {quality["judgments_by_purpose"]!["ranking"]} |" : "";

    private static string Tau(JsonNode? rankings) => Number(rankings?["mean_tau_b"]) is { } tau
        ? string.Create(CultureInfo.InvariantCulture, $"\n| Kendall's tau-b of two orders of a ranking, mean | {tau:0.000} over {rankings!["pairs_of_orders"]} |")
        : "";

    private static string Origin(VersionView version, VersionView? parent) =>
        $"cut {version.Created.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)} UTC{(version.Round is { } round ? $" for {round}" : "")}{(parent is null ? "" : $", after v{parent.Version}")}";

    private static string Options(Recipe recipe)
    {
        var text = new StringBuilder(recipe.Replay is { } replay ? string.Create(CultureInfo.InvariantCulture, $"; new rows and {replay:0.##} times as many earlier ones") : "");
        // Only what the recipe says: each member stands in recipe.json.
        var (json, silent) = (JsonNode.Parse(recipe.Canonical())!.AsObject(), JsonNode.Parse((recipe with { Options = new(), ReplayWindows = [] }).Canonical())!.AsObject());
        foreach (var member in RecipeJson.Members.Concat(RecipeJson.Members3).Where(member => json.ContainsKey(member) && json[member]?.ToJsonString() != silent[member]?.ToJsonString()))
        {
            text.Append("; ").Append(member).Append(' ').Append(json[member] is JsonArray { Count: > 8 } many ? $"{many.Count} entries" : json[member]?.ToJsonString() ?? "null");
        }

        return text.ToString();
    }

    private static string Size(int rows) => rows switch { < 1000 => "n<1K", < 10_000 => "1K<n<10K", < 100_000 => "10K<n<100K", < 1_000_000 => "100K<n<1M", _ => "1M<n<10M" };

    private static string Share(JsonNode? value) => Number(value) is { } share ? string.Create(CultureInfo.InvariantCulture, $"{share:0.000}") : "unknown";

    private static string Seconds(JsonNode? value) => Number(value) is { } milliseconds ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s") : "unknown";

    private static string Gold(JsonNode? gold) => Number(gold?["accuracy"]) is { } share
        ? string.Create(CultureInfo.InvariantCulture, $"{share:0.000} ({Number(gold!["low"]):0.000} to {Number(gold["high"]):0.000}), {gold["judgments"]} answers")
        : $"undefined: {gold?["undefined"]}";

    private static string Cite(DatasetSettings about) =>
        (about.Creators.IsEmpty ? "" : $"## Made by\n\n{string.Join("\n", about.Creators.Select(name => "- " + name))}\n\n")
        + (about.Citation.Length is 0 ? "" : $"## Citation\n\n{string.Join("\n", about.Citation.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').Select(line => "    " + line))}\n");

    private static string Alpha(JsonNode? alpha) => Number(alpha?["value"]) is { } value
        ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000}{(Number(alpha!["low"]) is { } low && Number(alpha["high"]) is { } high ? $" ({low:0.000} to {high:0.000})" : "")}")
        : $"undefined: {alpha?["undefined"]}";

    private static double? Number(JsonNode? node) => node is JsonValue value && value.GetValueKind() is JsonValueKind.Number ? double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
