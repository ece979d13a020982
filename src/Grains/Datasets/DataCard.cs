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
    public static string Readme(string project, VersionView version, VersionFacts facts, JsonObject quality, VersionView? parent, DatasetSettings? about = null, bool hasRatings = false)
    {
        var name = NumberedName.Of('v', version.Version);
        var recipe = Recipe.Parse(version.Recipe);
        var test = facts.DpoTest > 0 ? "\n  - split: test\n    path: data/dpo/test-*.jsonl" : "";
        var ratings = hasRatings ? "\n- config_name: ratings\n  data_files:\n  - split: train\n    path: data/ratings/*.jsonl" : "";
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
            - config_name: dpo
              default: true
              data_files:
              - split: train
                path: data/dpo/train-*.jsonl{test}
            - config_name: items
              data_files:
              - split: train
                path: data/items/*.jsonl
            - config_name: judgments
              data_files:
              - split: train
                path: data/judgments/*.jsonl{ratings}
            ---

            # {project} {name}

            Pairwise preferences, cut from the ledger of the project `{project}`. Revision `{facts.Identity[..VersionIdentity.RevisionDigits]}`, {Origin(version, parent)}.

            | table | rows |
            |---|---|
            | dpo, train (TRL explicit prompt format) | {facts.DpoTrain}, of them {facts.Replayed} from earlier windows |
            | dpo, test | {facts.DpoTest} |
            | items (one a pair) | {facts.Items} |
            | judgments (one a verdict) | {facts.Judgments} |

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
            | median active time | {Seconds(quality["median_active_ms"])} |

            ## Loading

                load_dataset(FOLDER_OR_REPOSITORY, "dpo")

            Other tables (`kto`, `reward`, `sft`, `annotators`) and forms (`jsonl.gz`, `parquet`) are made on request by the server that holds the version.

            {Cite(about ?? new())}
            """.ReplaceLineEndings("\n");
    }

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
