using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>One blob a person and one a key, held in memory: a write does not grow with the number of people.</summary>
/// <param name="store">Where they lie.</param>
/// <param name="prefix">Folder of the blobs, with its slash.</param>
internal sealed class PeopleStore<T>(IBlobStore store, string prefix) where T : class
{
    private readonly Dictionary<string, (T Value, string ETag)> _values = [];

    public IEnumerable<T> All => _values.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => entry.Value.Value);

    public T? Find(string id) => _values.TryGetValue(id, out var entry) ? entry.Value : null;

    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync(prefix, cancellationToken))
        {
            if (blob.Name.EndsWith(".json", StringComparison.Ordinal) && await store.GetAsync(blob.Name, cancellationToken) is { } content)
            {
                _values[blob.Name[prefix.Length..^5]] = (JsonSerializer.Deserialize<T>(content.Bytes.Span, JobJson.Line)!, content.ETag);
            }
        }
    }

    /// <exception cref="IOException">Another writer changed the blob.</exception>
    public async Task WriteAsync(string id, T value, CancellationToken cancellationToken)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, JobJson.Line);
        var written = _values.TryGetValue(id, out var known)
            ? await store.PutIfMatchAsync(Name(id), bytes, known.ETag, cancellationToken)
            : await store.PutIfAbsentAsync(Name(id), bytes, cancellationToken);
        _values[id] = (value, (written ?? throw new IOException($"{Name(id)} was changed by another writer.")).ETag);
    }

    public async Task<bool> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        await store.DeleteAsync(Name(id), etag: null, cancellationToken);
        return _values.Remove(id);
    }

    private string Name(string id) => $"{prefix}{id}.json";
}
