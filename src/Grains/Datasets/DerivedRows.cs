using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Rows of a version's tables, one bucket after another, canonical ones and those made of them.</summary>
public static class DerivedRows
{
    private static readonly string[] s_sides = ["a", "b"];

    /// <summary>Canonical lines, each with its line feed.</summary>
    /// <exception cref="InvalidDataException">A file of the version is missing.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(
        IBlobStore store, VersionManifest manifest, string table, string split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        if (table is "annotators")
        {
            foreach (var annotator in await AnnotatorRows.OfAsync(store, manifest, cancellationToken))
            {
                yield return CanonicalJson.Line(annotator);
            }

            yield break;
        }

        if (table is "rankings")
        {
            await foreach (var made in RankingsAsync(store, manifest, split, cancellationToken))
            {
                yield return made;
            }

            yield break;
        }

        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            var name = bucket.ToString("x2", CultureInfo.InvariantCulture);
            var path = table is "items" or "judgments" or "orders" or "ratings" ? $"data/{table}/{name}.jsonl" : $"data/dpo/{split}-{name}.jsonl";
            await foreach (var line in LinesAsync(store, manifest, path, cancellationToken))
            {
                foreach (var made in Make(table, line, seen))
                {
                    yield return made;
                }
            }

            if (table is "kto")
            {
                await foreach (var line in LinesAsync(store, manifest, $"data/items/{name}.jsonl", cancellationToken))
                {
                    foreach (var made in BothBad(line, split))
                    {
                        yield return made;
                    }
                }
            }
        }
    }

    /// <summary>Plackett–Luce rows. A ranking's judges stand in one bucket, and are counted before its first row is made.</summary>
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> RankingsAsync(IBlobStore store, VersionManifest manifest, string split, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            var path = $"data/orders/{bucket.ToString("x2", CultureInfo.InvariantCulture)}.jsonl";
            var judges = new Dictionary<string, int>(StringComparer.Ordinal);
            await foreach (var line in LinesAsync(store, manifest, path, cancellationToken))
            {
                if (RankingRows.RankingOf(line) is { } ranking)
                {
                    judges[ranking] = judges.GetValueOrDefault(ranking) + 1;
                }
            }

            await foreach (var line in LinesAsync(store, manifest, path, cancellationToken))
            {
                foreach (var made in RankingRows.PlackettLuce(line, split, judges))
                {
                    yield return made;
                }
            }
        }
    }

    /// <summary>Lines of a file of the version, each with its line feed; none when there is no such file.</summary>
    internal static async IAsyncEnumerable<ReadOnlyMemory<byte>> LinesAsync(IBlobStore store, VersionManifest manifest, string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (manifest.Find(path) is not { } file)
        {
            yield break;
        }

        var content = await store.GetAsync(file.Blob, cancellationToken) ?? throw new InvalidDataException($"{file.Blob} is missing; restore the store from a copy.");
        foreach (var (offset, line) in JsonLines.Split(content.Bytes))
        {
            yield return content.Bytes.Slice((int)offset, line.Length + 1);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Make(string table, ReadOnlyMemory<byte> line, HashSet<string> seen)
    {
        if (table is "dpo" or "items" or "judgments" or "orders" or "ratings")
        {
            return [line];
        }

        var row = JsonNode.Parse(line.Span)!.AsObject();
        return table switch
        {
            "kto" => [Answer(row, "chosen", label: true), Answer(row, "rejected", label: false)],
            "reward" => [Reward(row)],
            _ => seen.Add((string)row["chosen_id"]!) ? [Answer(row, "chosen", label: null)] : [],
        };
    }

    /// <summary>Both answers of a pair of which most said that both are bad are answers not to give.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> BothBad(ReadOnlyMemory<byte> line, string split)
    {
        var item = JsonNode.Parse(line.Span)!.AsObject();
        if ((string?)item["majority"] is not "both_bad" || (string?)item["purpose"] is not "vote" || (string?)item["split_key"] != split)
        {
            return [];
        }

        var isChat = item["prompt"] is JsonArray;
        return s_sides.Select(side => (ReadOnlyMemory<byte>)CanonicalJson.Line(new JsonObject
        {
            ["prompt"] = item["prompt"]!.DeepClone(),
            ["completion"] = isChat ? new JsonArray(Turn((string)item[$"response_{side}"]!)) : item[$"response_{side}"]!.DeepClone(),
            ["label"] = false,
            ["pair_id"] = (string?)item["pair_id"],
            ["prompt_id"] = (string?)item["prompt_id"],
            ["response_id"] = (string?)item[$"response_{side}_id"],
        }));
    }

    private static byte[] Answer(JsonObject row, string side, bool? label)
    {
        var made = new JsonObject
        {
            ["prompt"] = row["prompt"]!.DeepClone(),
            ["completion"] = row[side]!.DeepClone(),
            ["pair_id"] = (string?)row["pair_id"],
            ["prompt_id"] = (string?)row["prompt_id"],
            ["response_id"] = (string?)row[$"{side}_id"],
        };
        if (label is { } good)
        {
            made["label"] = good;
        }

        return CanonicalJson.Line(made);
    }

    private static byte[] Reward(JsonObject row) => CanonicalJson.Line(new JsonObject
    {
        ["chosen"] = Whole(row["prompt"]!, row["chosen"]!),
        ["rejected"] = Whole(row["prompt"]!, row["rejected"]!),
        ["margin"] = Number(row["strength"]) ?? 0,
        ["pair_id"] = (string?)row["pair_id"],
        ["prompt_id"] = (string?)row["prompt_id"],
        ["p_chosen"] = Number(row["p_chosen"]) ?? 1,
    });

    private static JsonNode Whole(JsonNode prompt, JsonNode answer) => prompt is JsonArray messages
        ? new JsonArray([.. messages.Concat(answer.AsArray()).Select(message => message!.DeepClone())])
        : JsonValue.Create((string)prompt! + (string)answer!);

    private static JsonObject Turn(string text) => new() { ["role"] = "assistant", ["content"] = text };

    private static double? Number(JsonNode? node) => node is null || node.GetValueKind() is not JsonValueKind.Number ? null : (double)node;
}
