using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Testing;

/// <summary>Blobs in memory, with the preconditions of the real stores.</summary>
internal sealed class MemoryBlobStore : IBlobStore
{
    private readonly Dictionary<string, (byte[] Bytes, long Version, bool IsSealed)> _blobs = new(StringComparer.Ordinal);
    private long _version;
    private int _writes;

    /// <summary>Number of the write that fails, from 1; 0 for none. Odd ones fail before anything is stored, even ones after.</summary>
    public int FailAt { get; set; }

    /// <summary>Writes so far.</summary>
    public int Writes => _writes;

    /// <summary>Names written so far, in ordinal order.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (_blobs)
            {
                return [.. _blobs.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    public Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult(_blobs.TryGetValue(name, out var blob) ? new BlobContent(blob.Bytes, Tag(blob.Version)) : null);
        }
    }

    public Task<BlobInfo?> StatAsync(string name, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult(_blobs.ContainsKey(name) ? Info(name) : null);
        }
    }

    public Task<ReadOnlyMemory<byte>?> GetRangeAsync(string name, long offset, int length, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult<ReadOnlyMemory<byte>?>(_blobs.TryGetValue(name, out var blob)
                ? blob.Bytes.AsMemory((int)Math.Min(offset, blob.Bytes.Length), (int)Math.Clamp(blob.Bytes.Length - offset, 0, length))
                : (ReadOnlyMemory<byte>?)null);
        }
    }

    public Task<Stream?> OpenReadAsync(string name, long offset, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult<Stream?>(_blobs.TryGetValue(name, out var blob) ? new MemoryStream(blob.Bytes[(int)offset..], writable: false) : null);
        }
    }

    public Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult(_blobs.ContainsKey(name) ? null : Put(name, content.ToArray()));
        }
    }

    public async Task<BlobInfo?> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        using var copy = new MemoryStream();
        await content.CopyToAsync(copy, cancellationToken);
        return await PutIfAbsentAsync(name, copy.ToArray(), cancellationToken);
    }

    public Task<BlobInfo?> PutIfMatchAsync(string name, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult(_blobs.TryGetValue(name, out var blob) && Tag(blob.Version) == etag ? Put(name, content.ToArray()) : null);
        }
    }

    public Task<AppendOutcome> AppendAsync(string name, long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            var blob = _blobs.GetValueOrDefault(name, ([], 0, false));
            if (blob.IsSealed)
            {
                return Task.FromResult(AppendOutcome.Sealed);
            }

            if (blob.Bytes.Length != position)
            {
                return Task.FromResult(AppendOutcome.WrongPosition);
            }

            Put(name, [.. blob.Bytes, .. content.Span]);
            return Task.FromResult(AppendOutcome.Appended);
        }
    }

    public Task SealAsync(string name, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            _blobs[name] = _blobs[name] with { IsSealed = true };
            return Task.CompletedTask;
        }
    }

    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var name in Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)))
        {
            if (await StatAsync(name, cancellationToken) is { } info)
            {
                yield return info;
            }
        }
    }

    public Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken)
    {
        lock (_blobs)
        {
            return Task.FromResult(_blobs.TryGetValue(name, out var blob) && (etag is null || Tag(blob.Version) == etag) && _blobs.Remove(name));
        }
    }

    private static string Tag(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private BlobInfo Put(string name, byte[] bytes)
    {
        var fails = ++_writes == FailAt;
        if (fails && FailAt % 2 is 1)
        {
            throw new IOException($"Write {FailAt} failed: {name}.");
        }

        _blobs[name] = (bytes, ++_version, false);
        return fails ? throw new IOException($"Write {FailAt} is stored, but its answer is lost: {name}.") : Info(name);
    }

    private BlobInfo Info(string name) => new(name, _blobs[name].Bytes.Length, Tag(_blobs[name].Version), _blobs[name].IsSealed);
}
