using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using Orleans.Dpo.Grains.Storage;
using BlobInfo = Orleans.Dpo.Grains.Storage.BlobInfo;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Blobs of one Azure container. What is put is a block blob; what is appended to is an append blob.</summary>
/// <remarks>
/// Appends and conditional puts go through a client without retries: the client's own second try of a call that did arrive would be refused, and the
/// refusal would hide the success. After an exception the caller reads back. Reads and the staging of large contents are retried as usual.
/// Sealing sets a metadata value, which changes the ETag, and every append names the ETag it saw unsealed: the emulator has no seal operation of its own,
/// and one way for both means that what is tested is what runs.
/// </remarks>
public sealed class AzureBlobStore : IBlobStore
{
    private const int BlockBytes = 8 << 20;
    private static readonly BlobRequestConditions s_absent = new() { IfNoneMatch = ETag.All };
    private const string SealedKey = "sealed";
    private static readonly Dictionary<string, string> s_sealed = new() { [SealedKey] = "true" };

    // Where this process's last append of a blob ended, which saves asking before the next one.
    private readonly ConcurrentDictionary<string, (long Length, string ETag)> _ends = new(StringComparer.Ordinal);
    private readonly BlobContainerClient _container;
    private readonly BlobContainerClient _once;

    /// <summary>A store in a container, which must exist.</summary>
    public AzureBlobStore(string connectionString, string container)
    {
        _container = new BlobContainerClient(connectionString, container);
        var once = new BlobClientOptions();
        once.Retry.MaxRetries = 0;
        once.Retry.NetworkTimeout = TimeSpan.FromSeconds(20);
        _once = new BlobContainerClient(connectionString, container, once);
    }

    /// <summary>A store in a container that is created when it is absent.</summary>
    public static async Task<AzureBlobStore> OpenAsync(string connectionString, string container, CancellationToken cancellationToken)
    {
        var store = new AzureBlobStore(connectionString, container);
        await store._container.CreateIfNotExistsAsync(cancellationToken: cancellationToken);
        return store;
    }

    /// <inheritdoc/>
    public async Task<BlobContent?> GetAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var content = await Blob(name).DownloadContentAsync(cancellationToken);
            return new BlobContent(content.Value.Content.ToMemory(), Text(content.Value.Details.ETag));
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> StatAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var facts = (await Blob(name).GetPropertiesAsync(cancellationToken: cancellationToken)).Value;
            return new BlobInfo(name, facts.ContentLength, Text(facts.ETag), facts.Metadata.ContainsKey(SealedKey));
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>?> GetRangeAsync(string name, long offset, int length, CancellationToken cancellationToken)
    {
        if (length == 0)
        {
            return await StatAsync(name, cancellationToken) is null ? null : ReadOnlyMemory<byte>.Empty;
        }

        try
        {
            var range = await Blob(name).DownloadContentAsync(new BlobDownloadOptions { Range = new HttpRange(offset, length) }, cancellationToken);
            return range.Value.Content.ToMemory();
        }
        catch (RequestFailedException failed) when (failed.Status is 404 or 416)
        {
            return failed.Status == 416 ? ReadOnlyMemory<byte>.Empty : (ReadOnlyMemory<byte>?)null;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream?> OpenReadAsync(string name, long offset, CancellationToken cancellationToken)
    {
        try
        {
            return await Blob(name).OpenReadAsync(new BlobOpenReadOptions(allowModifications: true) { Position = offset }, cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status == 404)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = BinaryData.FromBytes(content).ToStream();
        return await PutIfAbsentAsync(name, stream, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<BlobInfo?> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken) =>
        UploadAsync(name, content, s_absent, cancellationToken);

    /// <inheritdoc/>
    public async Task<BlobInfo?> PutIfMatchAsync(string name, ReadOnlyMemory<byte> content, string etag, CancellationToken cancellationToken)
    {
        using var stream = BinaryData.FromBytes(content).ToStream();
        return await UploadAsync(name, stream, new BlobRequestConditions { IfMatch = Tag(etag) }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AppendOutcome> AppendAsync(string name, long position, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        var blob = _once.GetAppendBlobClient(BlobName.Check(name));
        while (true)
        {
            if (!_ends.TryRemove(name, out var end) || end.Length != position)
            {
                if (await StatAsync(name, cancellationToken) is { } found)
                {
                    end = (found.Length, found.ETag);
                    if (found.IsSealed || found.Length != position)
                    {
                        return found.IsSealed ? AppendOutcome.Sealed : AppendOutcome.WrongPosition;
                    }
                }
                else if (position != 0)
                {
                    return AppendOutcome.WrongPosition;
                }
                else if (await TryCreateAsync(blob, cancellationToken) is { } created)
                {
                    end = (0, created);
                }
                else
                {
                    continue;
                }
            }

            try
            {
                using var stream = BinaryData.FromBytes(content).ToStream();
                var exactly = new AppendBlobRequestConditions { IfAppendPositionEqual = position, IfMatch = Tag(end.ETag) };
                var written = await blob.AppendBlockAsync(stream, new AppendBlobAppendBlockOptions { Conditions = exactly }, cancellationToken);
                _ends[name] = (position + content.Length, Text(written.Value.ETag));
                return AppendOutcome.Appended;
            }
            catch (RequestFailedException failed) when (failed.Status is 412 or 404)
            {
                // Refused for certain; what the blob is now says why.
            }
            catch (RequestFailedException failed) when (failed.ErrorCode is "BlockCountExceedsLimit" or "MaxBlobSizeConditionNotMet")
            {
                return AppendOutcome.Full;
            }
        }
    }

    /// <inheritdoc/>
    public async Task SealAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            var found = await StatAsync(name, cancellationToken) ?? throw new FileNotFoundException($"There is no blob '{name}' to seal.", name);
            if (found.IsSealed)
            {
                return;
            }

            try
            {
                await Blob(name).SetMetadataAsync(s_sealed, new BlobRequestConditions { IfMatch = Tag(found.ETag) }, cancellationToken);
                return;
            }
            catch (RequestFailedException failed) when (failed.Status == 412)
            {
                // An append came in between, or an earlier try of this call did arrive.
            }
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<BlobInfo> ListAsync(string prefix, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var blob in _container.GetBlobsAsync(BlobTraits.Metadata, prefix: prefix, cancellationToken: cancellationToken))
        {
            yield return new BlobInfo(blob.Name, blob.Properties.ContentLength ?? 0, Text(blob.Properties.ETag ?? default), blob.Metadata.ContainsKey(SealedKey));
        }
    }

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync(string name, string? etag, CancellationToken cancellationToken)
    {
        try
        {
            var conditions = etag is null ? null : new BlobRequestConditions { IfMatch = Tag(etag) };
            return await Blob(name).DeleteIfExistsAsync(DeleteSnapshotsOption.None, conditions, cancellationToken);
        }
        catch (RequestFailedException failed) when (failed.Status == 412)
        {
            return false;
        }
    }

    private static ETag Tag(string etag) => new('"' + etag + '"');

    // Properties quote an ETag, listings do not; names of versions are the bare text.
    private static string Text(ETag etag) => etag.ToString().Trim('"');

    private static async Task<string?> TryCreateAsync(AppendBlobClient blob, CancellationToken cancellationToken)
    {
        try
        {
            var created = await blob.CreateAsync(new AppendBlobCreateOptions { Conditions = new AppendBlobRequestConditions { IfNoneMatch = ETag.All } }, cancellationToken);
            return Text(created.Value.ETag);
        }
        catch (RequestFailedException failed) when (failed.Status is 409 or 412)
        {
            return null;
        }
    }

    private BlobClient Blob(string name) => _container.GetBlobClient(BlobName.Check(name));

    private async Task<BlobInfo?> UploadAsync(string name, Stream content, BlobRequestConditions conditions, CancellationToken cancellationToken)
    {
        var block = GC.AllocateUninitializedArray<byte>(content.CanSeek ? (int)Math.Clamp(content.Length - content.Position, 1, BlockBytes) : BlockBytes);
        var read = await content.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken);
        var ids = new List<string>();
        long length = read;
        if (read == BlockBytes)
        {
            var staging = _container.GetBlockBlobClient(BlobName.Check(name));
            for (length = 0; read > 0; read = await content.ReadAtLeastAsync(block, block.Length, throwOnEndOfStream: false, cancellationToken))
            {
                // Random ids, so that two writers who stage at once do not mix their blocks.
                ids.Add(Convert.ToBase64String(Guid.NewGuid().ToByteArray()));
                using var part = new MemoryStream(block, 0, read);
                await staging.StageBlockAsync(ids[^1], part, cancellationToken: cancellationToken);
                length += read;
            }
        }

        try
        {
            var blob = _once.GetBlockBlobClient(BlobName.Check(name));
            using var whole = new MemoryStream(block, 0, read);
            var written = ids.Count > 0
                ? await blob.CommitBlockListAsync(ids, new CommitBlockListOptions { Conditions = conditions }, cancellationToken)
                : await blob.UploadAsync(whole, new BlobUploadOptions { Conditions = conditions }, cancellationToken);
            return new BlobInfo(name, length, Text(written.Value.ETag), false);
        }
        catch (RequestFailedException failed) when (failed.Status is 409 or 412 or 404 && failed.ErrorCode != BlobErrorCode.ContainerNotFound)
        {
            // If-None-Match on a name that is taken is 409 BlobAlreadyExists; If-Match that does not hold is 412, on nothing 404 or 412.
            return null;
        }
    }
}
