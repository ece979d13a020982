using System.Collections.Immutable;
using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>buckets.json beside a manifest: for each bucket what its files were made of. A later version takes the files of a bucket that has the same word. Derived; outside the identity.</summary>
public sealed record VersionBuckets
{
    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = 1;

    /// <summary>Buckets with pairs, by their two digits.</summary>
    public ImmutableSortedDictionary<string, VersionBucket> Buckets { get; init; } = ImmutableSortedDictionary<string, VersionBucket>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>Reads those of a version; null when there are none or they cannot be read.</summary>
    public static async Task<VersionBuckets?> ReadAsync(IBlobStore store, ProjectId project, int version, CancellationToken cancellationToken)
    {
        try
        {
            return await store.GetAsync(BlobOf(project, version), cancellationToken) is { } content && JsonSerializer.Deserialize<VersionBuckets>(content.Bytes.Span, JobJson.Line) is { Format: 1 } read ? read : null;
        }
        catch (JsonException)
        {
            // Without them a version is only slower to build.
            return null;
        }
    }

    /// <summary>Where they lie.</summary>
    public static string BlobOf(ProjectId project, int version) => VersionManifest.Folder(project, version) + "buckets.json";
}

/// <summary>One bucket of a version.</summary>
/// <param name="Word">Everything that its files depend on.</param>
/// <param name="ItemsWord">Everything that items and judgments depend on.</param>
/// <param name="Files">Its files.</param>
/// <param name="Counts">What was counted.</param>
public sealed record VersionBucket(string Word, string ItemsWord, ImmutableArray<VersionFile> Files, BucketCounts Counts);
