using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>README.md and croissant.json of a version, written from computed facts only.</summary>
public static class DataCard
{
    /// <summary>The data card with the configurations that dataset libraries read.</summary>
    public static string Readme(string project, VersionView version, VersionFacts facts, JsonObject quality)
    {
        var name = NumberedName.Of('v', version.Version);
        var test = facts.DpoTest > 0 ? "\n  - split: test\n    path: data/dpo/test-*.jsonl" : "";
        return $"""
            ---
            pretty_name: {project} {name}
            tags:
            - dpo
            - preference
            - trl
            configs:
            - config_name: dpo
              default: true
              data_files:
              - split: train
                path: data/dpo/train-*.jsonl{test}
            - config_name: items
              data_files: data/items/*.jsonl
            - config_name: judgments
              data_files: data/judgments/*.jsonl
            ---

            # {project} {name}

            Pairwise preferences by people, cut from the ledger of the project `{project}`. Revision `{facts.Identity[..VersionIdentity.RevisionDigits]}`.

            | table | rows |
            |---|---|
            | dpo, train (TRL explicit prompt format) | {facts.DpoTrain}, of them {facts.Replayed} from earlier windows |
            | dpo, test | {facts.DpoTest} |
            | items (one a pair) | {facts.Items} |
            | judgments (one a verdict) | {facts.Judgments} |

            Ties in the window: {facts.Ties}. Both bad: {facts.BothBad}. No majority: {facts.NoMajority}. Skips: {facts.Skips}. They are in `items` and `judgments`, not in `dpo`.
            Annotators: {quality["annotators"]}. Judgments of policy against policy on held-out prompts never enter `dpo`.
            The split follows the prompt's hash, so no prompt is in both. `recipe.json` and the ledger give the same rows again, byte for byte.

            """.ReplaceLineEndings("\n");
    }

    /// <summary>A minimal Croissant 1.1 description.</summary>
    public static string Croissant(string project, VersionView version, VersionFacts facts, IEnumerable<VersionFile> files)
    {
        var name = $"{project}-{NumberedName.Of('v', version.Version)}";
        var card = new JsonObject
        {
            ["@context"] = new JsonObject { ["@vocab"] = "https://schema.org/", ["cr"] = "http://mlcommons.org/croissant/", ["sc"] = "https://schema.org/" },
            ["@type"] = "sc:Dataset",
            ["dct:conformsTo"] = "http://mlcommons.org/croissant/1.1",
            ["name"] = name,
            ["version"] = NumberedName.Of('v', version.Version),
            ["identifier"] = facts.Identity,
            ["distribution"] = new JsonArray([.. files.Select(file => new JsonObject
            {
                ["@type"] = "cr:FileObject", ["@id"] = file.Path, ["contentUrl"] = file.Path, ["encodingFormat"] = "application/jsonlines", ["sha256"] = file.Sha256, ["contentSize"] = $"{file.Bytes} B",
            })]),
        };
        return CanonicalJson.Write(card) + "\n";
    }
}
