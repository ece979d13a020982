namespace Orleans.Dpo.Grains.Storage;

/// <summary>Durable named bytes with ETags. A call that returns success is durable; one that throws may or may not have happened.</summary>
/// <remarks>
/// Names are relative paths with forward slashes, of the characters <c>A–Z a–z 0–9 . _ -</c>, without empty, <c>.</c> or <c>..</c> parts.
/// Both implementations (files and Azure) pass one conformance suite. Preconditions that fail are values, not exceptions.
/// </remarks>
public interface IBlobStore
{
    /// <summary>The whole blob, or null when there is none.</summary>
    Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken);

    /// <summary>Length, ETag and sealed flag, or null when there is none.</summary>
    Task<BlobInfo?> StatAsync(string name, CancellationToken cancellationToken);

    /// <summary>A range. Fewer bytes come back only at the end of the blob; null when there is no blob.</summary>
    Task<ReadOnlyMemory<byte>?> GetRangeAsync(string name, long offset, int length, CancellationToken cancellationToken);

    /// <summary>Reads into memory of the caller: how many bytes, fewer than asked only at the end of the blob; null when there is no blob.</summary>
    async Task<int?> ReadAsync(string name, long offset, Memory<byte> into, CancellationToken cancellationToken)
    {
        var read = await GetRangeAsync(name, offset, into.Length, cancellationToken);
        read?.CopyTo(into);
        return read?.Length;
    }

    /// <summary>A stream of the blob from an offset, or null when there is none. The caller disposes it.</summary>
    Task<Stream?> OpenReadAsync(string name, long offset, CancellationToken cancellationToken);

    /// <summary>Creates the blob. Null when a blob of that name exists.</summary>
    Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Creates the blob from a stream of any length, all or nothing. Null when a blob of that name exists.</summary>
    Task<BlobInfo?> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken);

    /// <summary>Replaces the blob when its ETag still is <paramref name="etag"/>; null when it is not, or there is none.</summary>
    Task<BlobInfo?> PutIfMatchAsync(string name, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken);

    /// <summary>
    /// Appends at exactly <paramref name="position"/>, which must be the current length; position 0 creates the blob.
    /// Never retried inside: after an exception the caller reads back from the position it expected.
    /// </summary>
    Task<AppendOutcome> AppendAsync(string name, long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);

    /// <summary>Makes every later append fail with <see cref="AppendOutcome.Sealed"/>. Idempotent.</summary>
    Task SealAsync(string name, CancellationToken cancellationToken);

    /// <summary>Names that begin with a prefix, in ordinal order.</summary>
    IAsyncEnumerable<BlobInfo> ListAsync(string prefix, CancellationToken cancellationToken);

    /// <summary>Deletes the blob; true when there was one. With an ETag: only when it matches.</summary>
    Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken);
}

/// <summary>A blob's facts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Length">Bytes.</param>
/// <param name="ETag">Changes with every change of content.</param>
/// <param name="IsSealed">No append is possible any more.</param>
public sealed record BlobInfo(string Name, long Length, string ETag, bool IsSealed);

/// <summary>A blob's bytes and ETag.</summary>
public sealed record BlobContent(ReadOnlyMemory<byte> Bytes, string ETag);

/// <summary>What became of an append.</summary>
public enum AppendOutcome
{
    /// <summary>The bytes are durable at the position.</summary>
    Appended,

    /// <summary>The blob's length is not the position: another writer was here.</summary>
    WrongPosition,

    /// <summary>The blob is sealed.</summary>
    Sealed,

    /// <summary>The blob can take no more blocks (Azure: 50,000); seal it and go on in the next one.</summary>
    Full,
}
