using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What one version's dpo table has that another's has not, row by row, and why. Buckets with the same files are not read.</summary>
public static class VersionDiff
{
    private static readonly string[] s_splits = ["train", "test"];

    /// <summary>One object a row that differs, in the order of pair ids; last <c>{"summary": …}</c>.</summary>
    /// <param name="store">The store.</param>
    /// <param name="from">The older version.</param>
    /// <param name="to">The newer one.</param>
    /// <param name="recipes">Both canonical recipes.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="InvalidDataException">A file of a version is missing.</exception>
    public static async IAsyncEnumerable<JsonObject> ReadAsync(
        IBlobStore store, VersionManifest from, VersionManifest to, (string From, string To) recipes, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (rules, counts) = (RuleChanges(Recipe.Parse(recipes.From), Recipe.Parse(recipes.To)), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            var name = bucket.ToString("x2", CultureInfo.InvariantCulture);
            if (Files(from, name) == Files(to, name))
            {
                continue;
            }

            var (before, after) = (await PairsAsync(store, from, name, cancellationToken), await PairsAsync(store, to, name, cancellationToken));
            foreach (var pair in before.Keys.Union(after.Keys).Order(StringComparer.Ordinal))
            {
                if (Compare(pair, before.GetValueOrDefault(pair), after.GetValueOrDefault(pair), rules) is { } difference)
                {
                    Count("rows");
                    Count((string)difference["change"]!);
                    foreach (var why in difference["why"]!.AsArray())
                    {
                        Count("why_" + (string)why!);
                    }

                    yield return difference;
                }
            }
        }

        yield return new() { ["summary"] = new JsonObject([.. counts.Select(count => KeyValuePair.Create(count.Key, (JsonNode?)count.Value))]), ["from"] = from.Version, ["to"] = to.Version };

        void Count(string what) => counts[what] = counts.GetValueOrDefault(what) + 1;
    }

    private static JsonObject? Compare(string pair, PairIn? before, PairIn? after, List<string> rules)
    {
        var (old, now) = (before?.Row, after?.Row);
        var change = (old, now) switch
        {
            (null, null) => null,
            (null, _) => "added",
            (_, null) => "removed",
            _ when Text(old.Value, "chosen_id") != Text(now.Value, "chosen_id") => "flipped",
            _ when before!.Raw != after!.Raw => "changed",
            _ => null,
        };
        return change is null ? null : new()
        {
            ["pair_id"] = pair,
            ["change"] = change,
            ["from"] = old is { } was ? Shown(was, before!.Split) : null,
            ["to"] = now is { } stands ? Shown(stands, after!.Split) : null,
            ["why"] = new JsonArray([.. Why(before, after, rules).Select(why => (JsonNode)why)]),
        };
    }

    private static IEnumerable<string> Why(PairIn? before, PairIn? after, List<string> rules)
    {
        var (was, stands) = (before?.Live ?? [], after?.Live ?? []);
        string[] votes =
        [
            .. before?.IsKnown is not true && after?.IsKnown is true ? ["new-pair"] : Array.Empty<string>(),
            .. after is not null && stands.Except(was).Any() ? ["new-judgments"] : Array.Empty<string>(),
            .. was.Except(stands).Any(id => after is null || after.Dead.Contains(id)) ? ["judgment-ended"] : Array.Empty<string>(),
            .. was.Except(stands).Any(id => after is not null && !after.Dead.Contains(id)) ? ["older-positions"] : Array.Empty<string>(),
        ];

        // The pair's own votes are the same and so is the recipe: then the votes on other pairs moved its posterior, its draw or its duplicate.
        return votes.Length + rules.Count > 0 ? votes.Concat(rules) : ["other-pairs"];
    }

    private static List<string> RuleChanges(Recipe older, Recipe newer)
    {
        var changes = new List<string>();
        if (older.Aggregation != newer.Aggregation)
        {
            changes.Add("aggregation");
        }

        if (older.Replay != newer.Replay || !older.Since.SequenceEqual(newer.Since) || older.Seed != newer.Seed)
        {
            changes.Add("window");
        }

        if ((older with { Aggregation = newer.Aggregation, Replay = null, Since = [], Seed = 0 }).WithoutPositions() != (newer with { Replay = null, Since = [], Seed = 0 }).WithoutPositions())
        {
            changes.Add("options");
        }

        return changes;
    }

    private static JsonObject Shown(JsonElement row, string split) => new()
    {
        ["split"] = split,
        ["chosen_id"] = Text(row, "chosen_id"),
        ["p_chosen"] = row.GetProperty("p_chosen").GetDouble(),
        ["agreement"] = row.GetProperty("agreement").GetDouble(),
        ["n_judgments"] = row.GetProperty("n_judgments").GetInt32(),
        ["replayed"] = row.GetProperty("replayed").GetBoolean(),
    };

    private static string Files(VersionManifest manifest, string bucket) =>
        string.Join(' ', manifest.Files.Where(file => file.Path.StartsWith("data/dpo/", StringComparison.Ordinal) && file.Path.EndsWith($"-{bucket}.jsonl", StringComparison.Ordinal)).Select(file => file.Sha256));

    private static async Task<Dictionary<string, PairIn>> PairsAsync(IBlobStore store, VersionManifest manifest, string bucket, CancellationToken cancellationToken)
    {
        var pairs = new Dictionary<string, PairIn>(StringComparer.Ordinal);
        foreach (var split in s_splits)
        {
            await foreach (var line in DerivedRows.LinesAsync(store, manifest, $"data/dpo/{split}-{bucket}.jsonl", cancellationToken))
            {
                using var row = JsonDocument.Parse(line);
                var pair = Of(Text(row.RootElement, "pair_id")!);
                (pair.Row, pair.Raw, pair.Split) = (row.RootElement.Clone(), System.Text.Encoding.UTF8.GetString(line.Span), split);
            }
        }

        await foreach (var line in DerivedRows.LinesAsync(store, manifest, $"data/items/{bucket}.jsonl", cancellationToken))
        {
            using var row = JsonDocument.Parse(line);
            Of(Text(row.RootElement, "pair_id")!).IsKnown = true;
        }

        await foreach (var line in DerivedRows.LinesAsync(store, manifest, $"data/judgments/{bucket}.jsonl", cancellationToken))
        {
            using var row = JsonDocument.Parse(line);
            var pair = Of(Text(row.RootElement, "pair_id")!);
            (row.RootElement.GetProperty("live").GetBoolean() ? pair.Live : pair.Dead).Add(Text(row.RootElement, "judgment_id")!);
        }

        return pairs;

        PairIn Of(string id) => pairs.TryGetValue(id, out var pair) ? pair : pairs[id] = new();
    }

    private static string? Text(JsonElement row, string name) => row.GetProperty(name).GetString();

    /// <summary>A pair in one version.</summary>
    private sealed class PairIn
    {
        public bool IsKnown { get; set; }

        public JsonElement? Row { get; set; }

        public string Raw { get; set; } = "";

        public string Split { get; set; } = "";

        public HashSet<string> Live { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Dead { get; } = new(StringComparer.Ordinal);
    }
}
