using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Names in ordinal order: a folder sorts as its name and a slash.</summary>
public sealed partial class FileBlobStore
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var slash = prefix.LastIndexOf('/');
        var names = Walk(slash < 0 ? "" : prefix[..slash], prefix).GetEnumerator();
        using (names)
        {
            while (true)
            {
                var chunk = await OffThreadAsync(() => TakeSome(names), cancellationToken);
                foreach (var info in chunk)
                {
                    yield return info;
                }

                if (chunk.Count == 0)
                {
                    yield break;
                }
            }
        }
    }

    private static List<BlobInfo> TakeSome(IEnumerator<BlobInfo> names)
    {
        var chunk = new List<BlobInfo>();
        while (chunk.Count < 256 && names.MoveNext())
        {
            chunk.Add(names.Current);
        }

        return chunk;
    }

    private IEnumerable<BlobInfo> Walk(string folder, string prefix)
    {
        var entries = _disk.List(folder.Length == 0 ? _root : $"{_root}/{folder}")
            .Select(entry => (Name: folder.Length == 0 ? entry.Key : $"{folder}/{entry.Key}", Stat: entry.Value))
            .Select(entry => (Sort: entry.Stat.IsDirectory ? entry.Name + "/" : entry.Name, entry.Name, entry.Stat))
            .Where(entry => entry.Name[0] != '.' && (entry.Sort.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(entry.Sort, StringComparison.Ordinal)))
            .OrderBy(entry => entry.Sort, StringComparer.Ordinal);
        foreach (var (_, name, stat) in entries)
        {
            if (!stat.IsDirectory)
            {
                if (name.StartsWith(prefix, StringComparison.Ordinal))
                {
                    yield return Info(name, stat);
                }

                continue;
            }

            foreach (var inner in Walk(name, prefix))
            {
                yield return inner;
            }
        }
    }
}
