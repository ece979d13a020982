using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Silo.Hub;

/// <summary>The Hub's JSON. Every file is told as one kept apart (LFS), whose id is its SHA-256: then ETag, tree and manifest agree.</summary>
internal static class HubAnswers
{
    private const int PointerBytes = 134;

    public static JsonObject Info(HubRepo repo, bool withSizes) => new()
    {
        ["_id"] = repo.Sha[..24],
        ["id"] = repo.Id,
        ["author"] = repo.Id.Split('/')[0],
        ["sha"] = repo.Sha,
        ["private"] = true,
        ["gated"] = false,
        ["disabled"] = false,
        ["downloads"] = 0,
        ["likes"] = 0,
        ["tags"] = new JsonArray([.. repo.Tags.Select(tag => (JsonNode)tag)]),
        ["createdAt"] = Time(repo.Modified),
        ["lastModified"] = Time(repo.Modified),
        ["siblings"] = new JsonArray([.. repo.Files.Select(file => Sibling(file, withSizes))]),
    };

    /// <summary>Files and folders below a path; null where the revision has none.</summary>
    public static JsonArray? Tree(HubRepo repo, string path, bool recursive)
    {
        var prefix = path.Length == 0 ? "" : path.TrimEnd('/') + "/";
        var below = repo.Files.Where(file => file.Path.StartsWith(prefix, StringComparison.Ordinal)).ToArray();
        if (below.Length == 0)
        {
            return null;
        }

        var folders = below.SelectMany(file => FoldersOf(file.Path, prefix.Length)).Distinct().Order(StringComparer.Ordinal);
        var entries = folders.Where(folder => recursive || !folder[prefix.Length..].Contains('/', StringComparison.Ordinal)).Select(Folder)
            .Concat(below.Where(file => recursive || !file.Path[prefix.Length..].Contains('/', StringComparison.Ordinal)).Select(File));
        return new([.. entries]);
    }

    /// <summary>Those of the paths that exist.</summary>
    public static JsonArray Paths(HubRepo repo, IEnumerable<string> paths)
    {
        var wanted = paths.Select(path => path.Trim('/')).ToImmutableHashSet(StringComparer.Ordinal);
        var folders = repo.Files.SelectMany(file => FoldersOf(file.Path, 0)).Distinct().Where(wanted.Contains).Order(StringComparer.Ordinal);
        return new([.. folders.Select(Folder), .. repo.Files.Where(file => wanted.Contains(file.Path)).Select(File)]);
    }

    private static JsonObject File(HubFile file) => new()
    {
        ["type"] = "file",
        ["path"] = file.Path,
        ["size"] = file.Bytes,
        ["oid"] = BlobId(file),
        ["lfs"] = Lfs(file),
    };

    private static JsonObject Folder(string path) => new() { ["type"] = "directory", ["path"] = path, ["size"] = 0, ["oid"] = ContentHash.Hex(path)[..40] };

    private static JsonObject Sibling(HubFile file, bool withSizes)
    {
        var sibling = new JsonObject { ["rfilename"] = file.Path };
        if (withSizes)
        {
            sibling["size"] = file.Bytes;
            sibling["blobId"] = BlobId(file);
            var lfs = Lfs(file);
            lfs["sha256"] = file.Sha256;
            sibling["lfs"] = lfs;
        }

        return sibling;
    }

    private static JsonObject Lfs(HubFile file) => new() { ["oid"] = file.Sha256, ["size"] = file.Bytes, ["pointerSize"] = PointerBytes };

    private static string BlobId(HubFile file) => file.Sha256[..40];

    private static IEnumerable<string> FoldersOf(string path, int from)
    {
        for (var slash = path.IndexOf('/', from); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            yield return path[..slash];
        }
    }

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
