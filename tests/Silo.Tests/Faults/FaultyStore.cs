using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A store that refuses to write for a while, or writes and loses the answer.</summary>
internal sealed class FaultyStore(IBlobStore store) : IBlobStore
{
    private long _failed;
    private volatile StoreFault _fault;

    public StoreFault Fault { get => _fault; set => _fault = value; }

    /// <summary>Calls that failed.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    public Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken) => store.GetAsync(name, cancellationToken);

    public Task<BlobInfo?> StatAsync(string name, CancellationToken cancellationToken) => store.StatAsync(name, cancellationToken);

    public Task<ReadOnlyMemory<byte>?> GetRangeAsync(string name, long offset, int length, CancellationToken cancellationToken) => store.GetRangeAsync(name, offset, length, cancellationToken);

    public Task<Stream?> OpenReadAsync(string name, long offset, CancellationToken cancellationToken) => store.OpenReadAsync(name, offset, cancellationToken);

    public IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken) => store.ListAsync(prefix, cancellationToken);

    public Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(() => store.PutIfAbsentAsync(name, content, cancellationToken));

    public Task<BlobInfo?> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken) =>
        WriteAsync(() => store.PutIfAbsentAsync(name, content, cancellationToken));

    public Task<BlobInfo?> PutIfMatchAsync(string name, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken) =>
        WriteAsync(() => store.PutIfMatchAsync(name, content, etag, cancellationToken));

    public Task<AppendOutcome> AppendAsync(string name, long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        WriteAsync(() => store.AppendAsync(name, position, content, cancellationToken));

    public Task SealAsync(string name, CancellationToken cancellationToken) => WriteAsync(async () =>
    {
        await store.SealAsync(name, cancellationToken);
        return true;
    });

    public Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken) => WriteAsync(() => store.DeleteAsync(name, etag, cancellationToken));

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        var fault = _fault;
        if (fault is StoreFault.Refuses)
        {
            Interlocked.Increment(ref _failed);
            throw new Azure.RequestFailedException(503, "The server is busy.");
        }

        var result = await write();
        if (fault is StoreFault.LosesAnswers)
        {
            Interlocked.Increment(ref _failed);
            throw new Azure.RequestFailedException(500, "The connection ended before the answer.");
        }

        return result;
    }
}

/// <summary>What is the matter with a store.</summary>
internal enum StoreFault
{
    None,
    Refuses,
    LosesAnswers,
}
