using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>
/// Builds a version bucket by bucket: what is held at a time is a few buckets and, for recipes that choose among all rows, some numbers a pair. A bucket whose events and rules are those of an
/// earlier version is not read.
/// </summary>
/// <param name="Files">The tables' files in ordinal order of paths.</param>
/// <param name="Facts">Counts, identity and bytes.</param>
/// <param name="Counts">What quality.json is made of.</param>
/// <param name="Buckets">For the next version.</param>
public sealed record VersionBuild(ImmutableArray<VersionFile> Files, VersionFacts Facts, BucketCounts Counts, VersionBuckets Buckets)
{
    // Frames that are read at a time, whatever the number of rows is; their tables take about twice as much.
    private const long Budget = 24 << 20;

    /// <summary>Keeps the bytes of a file; they are there until it has.</summary>
    public delegate Task KeepFile(VersionFile file, Stream content, CancellationToken cancellationToken);

    /// <summary>Builds, or says why there is no version.</summary>
    /// <param name="store">Ledger and segments.</param>
    /// <param name="runs">Where the source index is kept.</param>
    /// <param name="recipe">Canonical recipe.</param>
    /// <param name="before">Buckets of an earlier version, or null.</param>
    /// <param name="keep">Takes each file that is not one of the earlier version's.</param>
    /// <param name="cancellationToken">Stops.</param>
    public static async Task<Outcome<VersionBuild>> RunAsync(IBlobStore store, IBlobStore runs, string recipe, VersionBuckets? before, KeepFile keep, CancellationToken cancellationToken)
    {
        var parsed = Recipe.Parse(recipe);
        var index = await SourceIndex.OpenAsync(store, runs, parsed, cancellationToken);
        var planner = new VersionPlanner(parsed);
        if (planner.NeedsVotes)
        {
            await EachAsync(index, planner.TakeVotes, cancellationToken);
            planner.Fit();
        }

        if (planner.NeedsSelection)
        {
            await EachAsync(index, planner.TakeRows, cancellationToken);
            planner.Select();
        }

        var made = new ConcurrentDictionary<string, VersionBucket>(StringComparer.Ordinal);
        var words = new BucketWords(planner.Plan);
        await Parallel.ForEachAsync(Enumerable.Range(0, BucketTables.Count), Parallelism(index, cancellationToken), async (bucket, token) =>
        {
            var name = bucket.ToString("x2", CultureInfo.InvariantCulture);
            if (await MakeAsync(index, planner.Plan, words, bucket, before?.Buckets.GetValueOrDefault(name), keep, token) is { } done)
            {
                made[name] = done;
            }
        });
        return Sum(recipe, made);
    }

    private static async Task<VersionBucket?> MakeAsync(
        SourceIndex index, VersionPlan plan, BucketWords words, int bucket, VersionBucket? before, KeepFile keep, CancellationToken cancellationToken)
    {
        var touch = index.TouchOf(bucket);
        var (word, itemsWord) = (words.Of(bucket, touch), words.OfItems(bucket, touch));
        if (before is not null && word.Length > 0 && before.Word == word)
        {
            return before;
        }

        using var opened = await index.OpenBucketAsync(bucket, cancellationToken);
        if (opened.IsEmpty)
        {
            return null;
        }

        var name = bucket.ToString("x2", CultureInfo.InvariantCulture);
        var sameItems = before is not null && itemsWord.Length > 0 && before.ItemsWord == itemsWord;
        var tables = BucketTables.Of(name, index.RowsOf(opened), plan, index.Blocks, onlyDpo: sameItems);
        var files = ImmutableArray.CreateBuilder<VersionFile>();
        foreach (var (path, written) in tables.Files)
        {
            var sha256 = written.Sha256();
            var file = new VersionFile(path, written.Length, sha256, VersionManifest.ObjectBlob(new(plan.Recipe.Project), sha256));
            using var content = new PieceStream(written.Pieces());
            await keep(file, content, cancellationToken);
            written.Clear();
            files.Add(file);
        }

        if (sameItems)
        {
            files.AddRange(before!.Files.Where(file => !file.Path.StartsWith("data/dpo/", StringComparison.Ordinal)));
        }

        return new(word, itemsWord, files.ToImmutable(), tables.Counts);
    }

    private static Outcome<VersionBuild> Sum(string recipe, IReadOnlyDictionary<string, VersionBucket> buckets)
    {
        var counts = new BucketCounts();
        foreach (var bucket in buckets.OrderBy(bucket => bucket.Key, StringComparer.Ordinal))
        {
            counts.Add(bucket.Value.Counts);
        }

        if (VersionFacts.Refuse(counts) is { } refusal)
        {
            return refusal;
        }

        ImmutableArray<VersionFile> files = [.. buckets.Values.SelectMany(bucket => bucket.Files).OrderBy(file => file.Path, StringComparer.Ordinal)];
        var facts = VersionFacts.Of(counts) with { Identity = VersionIdentity.Of(recipe, files.Select(file => (file.Path, file.Sha256))), Bytes = files.Sum(file => file.Bytes) };
        return new VersionBuild(files, facts, counts, new() { Buckets = buckets.ToImmutableSortedDictionary(StringComparer.Ordinal) });
    }

    private static Task EachAsync(SourceIndex index, Action<IEnumerable<SourceRow>> take, CancellationToken cancellationToken) =>
        Parallel.ForEachAsync(Enumerable.Range(0, BucketTables.Count), Parallelism(index, cancellationToken), async (bucket, token) =>
        {
            using var opened = await index.OpenBucketAsync(bucket, token);
            take(index.RowsOf(opened));
        });

    private static ParallelOptions Parallelism(SourceIndex index, CancellationToken cancellationToken) => new()
    {
        MaxDegreeOfParallelism = (int)Math.Clamp(Budget / Math.Max(1, index.LargestBucket), 1, Math.Clamp(2 * Environment.ProcessorCount, 2, 8)),
        CancellationToken = cancellationToken,
    };
}
