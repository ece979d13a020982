using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Everything a version is a function of, besides the ledger itself. Its canonical JSON is part of the version's identity.</summary>
public sealed record Recipe
{
    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>Positions of all shards, <c>_project</c> last: what is after them does not exist for the version.</summary>
    public required ImmutableArray<RecipePosition> Positions { get; init; }

    /// <summary>Where the window of new votes begins; empty: no window, every pair is new.</summary>
    public ImmutableArray<RecipePosition> Since { get; init; } = [];

    /// <summary>Aggregation by name and version.</summary>
    public string Aggregation { get; init; } = "majority/1";

    /// <summary>Replayed rows as a share of new train rows; null: no window.</summary>
    public double? Replay { get; init; }

    /// <summary>Seed of the replay draw.</summary>
    public long Seed { get; init; }

    /// <summary>What else it says.</summary>
    public RecipeOptions Options { get; init; } = new();

    /// <summary>Windows of the versions that <see cref="RecipeOptions.ReplayOf"/> names.</summary>
    public ImmutableArray<RecipeWindow> ReplayWindows { get; init; } = [];

    /// <summary>Form of the rows. New versions are cut with 2; 1 is what versions have that were cut before it.</summary>
    public int Tables { get; init; } = 1;

    /// <summary>3 with <c>tables/2</c>. Else 1 when it says nothing that needs more, so that versions which existed before 2 keep their identity, or 2.</summary>
    public int Format => Tables is 2 || Options.NeedsFormat3 ? 3 : Options.IsDefault && Aggregation is ("majority/1" or "joint/1") ? 1 : 2;

    /// <summary>The canonical text.</summary>
    public string Canonical() => CanonicalJson.Write(ToJson());

    /// <summary>The text without positions: what decides a bucket's rows besides its events.</summary>
    public string WithoutPositions()
    {
        var json = ToJson();
        json.Remove("positions");
        return CanonicalJson.Write(json);
    }

    /// <summary>Reads a canonical text.</summary>
    /// <exception cref="JsonException">It is not a recipe of format 1 to 3.</exception>
    public static Recipe Parse(string canonical)
    {
        using var document = JsonDocument.Parse(canonical);
        var root = document.RootElement;
        var format = root.GetProperty("format").GetInt32();
        if (format is not (1 or 2 or 3))
        {
            throw new JsonException("The recipe is of a newer format: update this program.");
        }

        var recipe = new Recipe
        {
            Project = root.GetProperty("project").GetString()!,
            Positions = Read(root.GetProperty("positions")),
            Since = Read(root.GetProperty("since")),
            Aggregation = root.GetProperty("aggregation").GetString()!,
            Replay = root.GetProperty("replay") is { ValueKind: JsonValueKind.Number } replay ? replay.GetDouble() : null,
            Seed = root.GetProperty("seed").GetInt64(),
        };
        return format is 1 ? recipe : RecipeJson.ReadOptions(recipe, root);
    }

    private JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["aggregation"] = Aggregation,
            ["filters"] = new JsonArray("no-head-to-head", "no-identical-texts"),
            ["format"] = Format,
            ["positions"] = Write(Positions),
            ["project"] = Project,
            ["replay"] = Replay is { } replay ? JsonValue.Create(replay) : null,
            ["seed"] = Seed,
            ["since"] = Write(Since),
            ["split"] = "split/1",
        };
        if (Format >= 2)
        {
            RecipeJson.WriteOptions(json, this);
        }

        return json;
    }

    internal static JsonArray Write(ImmutableArray<RecipePosition> positions) =>
        new([.. positions.Select(position => new JsonObject { ["shard"] = position.Shard, ["seq"] = position.Seq, ["head"] = position.Head })]);

    internal static ImmutableArray<RecipePosition> Read(JsonElement positions) =>
        [.. positions.EnumerateArray().Select(position => new RecipePosition(position.GetProperty("shard").GetString()!, position.GetProperty("seq").GetInt64(), position.GetProperty("head").GetString()!))];
}
