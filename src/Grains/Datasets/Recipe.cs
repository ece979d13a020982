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

    /// <summary>The canonical text.</summary>
    public string Canonical() => CanonicalJson.Write(new JsonObject
    {
        ["aggregation"] = Aggregation,
        ["filters"] = new JsonArray("no-head-to-head", "no-identical-texts"),
        ["format"] = 1,
        ["positions"] = Write(Positions),
        ["project"] = Project,
        ["replay"] = Replay is { } replay ? JsonValue.Create(replay) : null,
        ["seed"] = Seed,
        ["since"] = Write(Since),
        ["split"] = "split/1",
    });

    /// <summary>Reads a canonical text.</summary>
    /// <exception cref="JsonException">It is not a recipe of format 1.</exception>
    public static Recipe Parse(string canonical)
    {
        using var document = JsonDocument.Parse(canonical);
        var root = document.RootElement;
        if (root.GetProperty("format").GetInt32() is not 1)
        {
            throw new JsonException("The recipe is of a newer format: update this program.");
        }

        return new()
        {
            Project = root.GetProperty("project").GetString()!,
            Positions = Read(root.GetProperty("positions")),
            Since = Read(root.GetProperty("since")),
            Aggregation = root.GetProperty("aggregation").GetString()!,
            Replay = root.GetProperty("replay") is { ValueKind: JsonValueKind.Number } replay ? replay.GetDouble() : null,
            Seed = root.GetProperty("seed").GetInt64(),
        };
    }

    private static JsonArray Write(ImmutableArray<RecipePosition> positions) =>
        new([.. positions.Select(position => new JsonObject { ["shard"] = position.Shard, ["seq"] = position.Seq, ["head"] = position.Head })]);

    private static ImmutableArray<RecipePosition> Read(JsonElement positions) =>
        [.. positions.EnumerateArray().Select(position => new RecipePosition(position.GetProperty("shard").GetString()!, position.GetProperty("seq").GetInt64(), position.GetProperty("head").GetString()!))];
}
