using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The members that a recipe of format 2 has beyond format 1, and one of format 3 beyond that. All of a format are always written.</summary>
internal static class RecipeJson
{
    private const string TimeForm = "yyyy-MM-ddTHH:mm:ss.ffffffZ";

    /// <summary>Those of format 2, in ordinal order.</summary>
    public static ImmutableArray<string> Members { get; } =
    [
        "both_bad", "dedup", "labels", "min_agreement", "min_reliability", "min_strength", "min_votes", "origins", "per_prompt", "prompts", "rankings", "replay_of", "sources", "threshold", "ties", "weights",
    ];

    /// <summary>Those that format 3 has besides, in ordinal order.</summary>
    public static ImmutableArray<string> Members3 { get; } =
    [
        "annotator_kinds", "annotators", "exclude_annotators", "exclude_origins", "exclude_sources", "languages", "min_posterior", "sources_any", "tables", "tags_all", "tags_any", "tags_none", "votes_before",
        "votes_from",
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
        if (options.Rankings is not "none")
        {
            // Only where it says something: recipes that were written before keep their text.
            json["rankings"] = options.Rankings;
        }

        json["sources"] = Texts(options.Sources);
        json["threshold"] = options.Threshold;
        json["ties"] = options.Ties;
        json["weights"] = options.Weights;
        if (recipe.Format is 3)
        {
            json["annotator_kinds"] = Texts(options.AnnotatorKinds);
            json["annotators"] = Texts(options.Annotators);
            json["exclude_annotators"] = Texts(options.ExcludeAnnotators);
            json["exclude_origins"] = Texts(options.ExcludeOrigins);
            json["exclude_sources"] = Texts(options.ExcludeSources);
            json["languages"] = Texts(options.Languages);
            json["min_posterior"] = options.MinPosterior is { } posterior ? JsonValue.Create(posterior) : null;
            json["sources_any"] = Texts(options.SourcesAny);
            json["tables"] = "tables/2";
            json["tags_all"] = Texts(options.TagsAll);
            json["tags_any"] = Texts(options.TagsAny);
            json["tags_none"] = Texts(options.TagsNone);
            json["votes_before"] = Time(options.VotesBefore);
            json["votes_from"] = Time(options.VotesFrom);
        }
    }

    public static Recipe ReadOptions(Recipe recipe, JsonElement root)
    {
        ImmutableArray<RecipeWindow> windows =
        [
            .. root.GetProperty("replay_of").EnumerateArray().Select(window => new RecipeWindow(
                window.GetProperty("version").GetString()!, Recipe.Read(window.GetProperty("since")), Recipe.Read(window.GetProperty("positions")))),
        ];
        RecipeOptions options = new()
        {
            BothBad = root.GetProperty("both_bad").GetString()!,
            Dedup = root.GetProperty("dedup").GetBoolean(),
            Labels = root.GetProperty("labels").GetString()!,
            MinAgreement = root.GetProperty("min_agreement").GetDouble(),
            MinReliability = Number(root.GetProperty("min_reliability")),
            MinStrength = root.GetProperty("min_strength").GetDouble(),
            MinVotes = root.GetProperty("min_votes").GetInt32(),
            Origins = Texts(root.GetProperty("origins")),
            PerPrompt = root.GetProperty("per_prompt").GetInt32(),
            Prompts = Texts(root.GetProperty("prompts")),
            Rankings = root.TryGetProperty("rankings", out var rankings) ? rankings.GetString()! : "none",
            ReplayOf = [.. windows.Select(window => window.Version)],
            Sources = Texts(root.GetProperty("sources")),
            Threshold = root.GetProperty("threshold").GetDouble(),
            Ties = root.GetProperty("ties").GetString()!,
            Weights = root.GetProperty("weights").GetString()!,
        };
        return root.GetProperty("format").GetInt32() is 3
            ? recipe with { ReplayWindows = windows, Tables = 2, Options = ReadFormat3(options, root) }
            : recipe with { ReplayWindows = windows, Options = options };
    }

    private static RecipeOptions ReadFormat3(RecipeOptions options, JsonElement root) => root.GetProperty("tables").GetString() is "tables/2"
        ? options with
        {
            AnnotatorKinds = Texts(root.GetProperty("annotator_kinds")),
            Annotators = Texts(root.GetProperty("annotators")),
            ExcludeAnnotators = Texts(root.GetProperty("exclude_annotators")),
            ExcludeOrigins = Texts(root.GetProperty("exclude_origins")),
            ExcludeSources = Texts(root.GetProperty("exclude_sources")),
            Languages = Texts(root.GetProperty("languages")),
            MinPosterior = Number(root.GetProperty("min_posterior")),
            SourcesAny = Texts(root.GetProperty("sources_any")),
            TagsAll = Texts(root.GetProperty("tags_all")),
            TagsAny = Texts(root.GetProperty("tags_any")),
            TagsNone = Texts(root.GetProperty("tags_none")),
            VotesBefore = Time(root.GetProperty("votes_before")),
            VotesFrom = Time(root.GetProperty("votes_from")),
        }
        : throw new JsonException("The recipe asks for tables of a newer form: update this program.");

    private static double? Number(JsonElement value) => value.ValueKind is JsonValueKind.Number ? value.GetDouble() : null;

    private static DateTimeOffset? Time(JsonElement value) => value.ValueKind is JsonValueKind.String
        ? DateTimeOffset.ParseExact(value.GetString()!, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)
        : null;

    private static JsonValue? Time(DateTimeOffset? time) => time is { } at ? JsonValue.Create(at.ToUniversalTime().ToString(TimeForm, CultureInfo.InvariantCulture)) : null;

    private static JsonArray Texts(ImmutableArray<string> texts) => new([.. texts.Order(StringComparer.Ordinal).Select(text => (JsonNode)text)]);

    private static ImmutableArray<string> Texts(JsonElement texts) => [.. texts.EnumerateArray().Select(text => text.GetString()!)];
}
