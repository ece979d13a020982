using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The members that a recipe of format 2 has beyond format 1. All of them are always written.</summary>
internal static class RecipeJson
{
    /// <summary>Their names, in ordinal order.</summary>
    public static ImmutableArray<string> Members { get; } =
    [
        "both_bad", "dedup", "labels", "min_agreement", "min_reliability", "min_strength", "min_votes", "origins", "per_prompt", "prompts", "replay_of", "sources", "threshold", "ties", "weights",
    ];

    public static void WriteOptions(JsonObject json, Recipe recipe)
    {
        var options = recipe.Options;
        json["both_bad"] = options.BothBad;
        json["dedup"] = options.Dedup;
        json["labels"] = options.Labels;
        json["min_agreement"] = options.MinAgreement;
        json["min_reliability"] = options.MinReliability is { } least ? JsonValue.Create(least) : null;
        json["min_strength"] = options.MinStrength;
        json["min_votes"] = options.MinVotes;
        json["origins"] = Texts(options.Origins);
        json["per_prompt"] = options.PerPrompt;
        json["prompts"] = Texts(options.Prompts);
        json["replay_of"] = new JsonArray([.. recipe.ReplayWindows.Select(window => new JsonObject
        {
            ["positions"] = Recipe.Write(window.Positions),
            ["since"] = Recipe.Write(window.Since),
            ["version"] = window.Version,
        })]);
        json["sources"] = Texts(options.Sources);
        json["threshold"] = options.Threshold;
        json["ties"] = options.Ties;
        json["weights"] = options.Weights;
    }

    public static Recipe ReadOptions(Recipe recipe, JsonElement root)
    {
        ImmutableArray<RecipeWindow> windows =
        [
            .. root.GetProperty("replay_of").EnumerateArray().Select(window => new RecipeWindow(
                window.GetProperty("version").GetString()!, Recipe.Read(window.GetProperty("since")), Recipe.Read(window.GetProperty("positions")))),
        ];
        return recipe with
        {
            ReplayWindows = windows,
            Options = new()
            {
                BothBad = root.GetProperty("both_bad").GetString()!,
                Dedup = root.GetProperty("dedup").GetBoolean(),
                Labels = root.GetProperty("labels").GetString()!,
                MinAgreement = root.GetProperty("min_agreement").GetDouble(),
                MinReliability = root.GetProperty("min_reliability") is { ValueKind: JsonValueKind.Number } least ? least.GetDouble() : null,
                MinStrength = root.GetProperty("min_strength").GetDouble(),
                MinVotes = root.GetProperty("min_votes").GetInt32(),
                Origins = Texts(root.GetProperty("origins")),
                PerPrompt = root.GetProperty("per_prompt").GetInt32(),
                Prompts = Texts(root.GetProperty("prompts")),
                ReplayOf = [.. windows.Select(window => window.Version)],
                Sources = Texts(root.GetProperty("sources")),
                Threshold = root.GetProperty("threshold").GetDouble(),
                Ties = root.GetProperty("ties").GetString()!,
                Weights = root.GetProperty("weights").GetString()!,
            },
        };
    }

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Order(StringComparer.Ordinal).Select(text => (JsonNode)text)]);

    private static ImmutableArray<string> Texts(JsonElement texts) => [.. texts.EnumerateArray().Select(text => text.GetString()!)];
}
