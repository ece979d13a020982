using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The canonical tables of a small version in memory; <see cref="VersionBuild"/> makes the same bytes bucket by bucket.</summary>
/// <param name="Files">Logical path to bytes, in ordinal order of paths, such as <c>data/dpo/train-3f.jsonl</c>; buckets without rows have no file.</param>
/// <param name="Facts">Counts; identity and bytes are not set yet.</param>
/// <param name="Quality">Content of quality.json.</param>
public sealed record VersionTables(ImmutableSortedDictionary<string, byte[]> Files, VersionFacts Facts, JsonObject Quality)
{
    /// <summary>Builds the tables, or says why there is no version.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="pairs">All pairs, in any order.</param>
    /// <param name="texts">Texts of all pairs.</param>
    public static Outcome<VersionTables> Build(Recipe recipe, ImmutableArray<SourcePair> pairs, IReadOnlyDictionary<PairId, PairTexts> texts)
    {
        ImmutableArray<SourceRow> rows = [.. pairs.Select(pair => new SourceRow(pair, texts[pair.Pair.Id])).SelectMany(row => RankedPairs.With(row, recipe.Options.Rankings)).OrderBy(row => row.Source.Pair.Id)];
        var planner = new VersionPlanner(recipe);
        if (planner.NeedsVotes)
        {
            planner.SeeVotes(rows);
        }

        if (planner.NeedsSelection)
        {
            planner.SeeRows(rows);
        }

        var (plan, counts, pool) = (planner.Plan, new BucketCounts(), new BlockPool());
        var files = ImmutableSortedDictionary.CreateBuilder<string, byte[]>(StringComparer.Ordinal);
        foreach (var bucket in rows.GroupBy(row => BucketOf(row.Source.Pair.Id)))
        {
            var tables = BucketTables.Of(bucket.Key, bucket, plan, pool);
            counts.Add(tables.Counts);
            foreach (var (path, content) in tables.Files)
            {
                files[path] = content.ToArray();
                content.Clear();
            }
        }

        return VersionFacts.Refuse(counts) is { } refusal ? refusal : new VersionTables(files.ToImmutable(), VersionFacts.Of(counts), QualityReport.Of(counts));
    }

    /// <summary>A pair's bucket: the first two digits of its id's hash. Buckets in order hold pairs in order.</summary>
    public static string BucketOf(PairId pair) => pair.Value[3..5];

    /// <summary>The number of a pair's bucket.</summary>
    public static int NumberOf(PairId pair) => int.Parse(pair.Value.AsSpan(3, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
