using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>manifest.json of a version, written last: while it is missing the version does not exist.</summary>
public sealed record VersionManifest
{
    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = 2;

    /// <summary>The project.</summary>
    public required string Project { get; init; }

    /// <summary>The version's name.</summary>
    public required string Version { get; init; }

    /// <summary>64 hexadecimal digits.</summary>
    public required string Identity { get; init; }

    /// <summary>Time of the cut.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>Round it was cut for, or null.</summary>
    public string? Round { get; init; }

    /// <summary>The published version before it, or null. From format 2 on.</summary>
    public string? Parent { get; init; }

    /// <summary>Where each shard of the ledger was cut, with the hash of its last event; not in format 1, whose recipe has them.</summary>
    public ImmutableArray<RecipePosition>? Ledger { get; init; }

    /// <summary>All files but this one, in ordinal order of paths.</summary>
    public required ImmutableArray<VersionFile> Files { get; init; }

    /// <summary>Counts.</summary>
    public required VersionFacts Facts { get; init; }

    /// <summary>Where this file itself lies.</summary>
    [JsonIgnore]
    public string Blob => $"projects/{Project}/datasets/{Version}/manifest.json";

    /// <summary>Folder of a version's own files.</summary>
    public static string Folder(ProjectId project, int version) => $"projects/{project}/datasets/{NumberedName.Of('v', version)}/";

    /// <summary>Blob of a table file's bytes: named by content, so an unchanged bucket is written once for all versions.</summary>
    public static string ObjectBlob(ProjectId project, string sha256) => $"projects/{project}/datasets/_objects/{sha256}.jsonl";

    /// <summary>Reads a version's manifest; null while it is not published.</summary>
    public static async Task<VersionManifest?> ReadAsync(IBlobStore store, ProjectId project, int version, CancellationToken cancellationToken) =>
        await store.GetAsync(Folder(project, version) + "manifest.json", cancellationToken) is { } content
            ? JsonSerializer.Deserialize<VersionManifest>(content.Bytes.Span, JobJson.File)
            : null;

    /// <summary>Entry of a logical path, or null.</summary>
    public VersionFile? Find(string path) => Files.FirstOrDefault(file => file.Path == path);

    /// <summary>Files of a table in row order: items, judgments, or dpo with a split.</summary>
    public IEnumerable<VersionFile> TableFiles(string table, string split)
    {
        var prefix = table is "dpo" ? $"data/dpo/{split}-" : $"data/{table}/";
        return Files.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(file => file.Path, StringComparer.Ordinal);
    }
}
