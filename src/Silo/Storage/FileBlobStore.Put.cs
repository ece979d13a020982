using System.Buffers;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Creating: a file of the store's own is written and synced, then it gets its name.</summary>
public sealed partial class FileBlobStore
{
    private const int CopyChunk = 1 << 20;

    /// <inheritdoc/>
    public async Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = BinaryData.FromBytes(content).ToStream();
        return await PutIfAbsentAsync(name, stream, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<BlobInfo?> PutIfAbsentAsync(string name, Stream content, CancellationToken cancellationToken)
    {
        var temporary = NewTemporary();
        var isGone = false;
        try
        {
            await WriteTemporaryAsync(name, temporary, content, cancellationToken);
            return await LockedAsync(name, path =>
            {
                EnsureDirectory(Parent(path));
                var linked = _disk.Link(temporary, path);

                // Also when the name is taken: who is told so may rely on it, and its maker may not have synced it yet.
                _disk.SyncDirectory(Parent(path));
                isGone = _disk.Unlink(temporary);
                return linked ? Info(name, _disk.Stat(path)!.Value) : null;
            }, cancellationToken);
        }
        finally
        {
            if (!isGone)
            {
                await RunAsync(name, _ => _disk.Unlink(temporary), CancellationToken.None);
            }
        }
    }

    /// <summary>Writes a file of the store's own and makes it durable; a short one in one go.</summary>
    private async Task WriteTemporaryAsync(string name, string temporary, Stream content, CancellationToken cancellationToken)
    {
        // One byte more than there is, so that the first read knows the end.
        var size = content.CanSeek ? (int)Math.Clamp(content.Length - content.Position + 1, 1, CopyChunk) : CopyChunk;
        var chunk = ArrayPool<byte>.Shared.Rent(size);
        IDiskFile? file = null;
        try
        {
            var (length, isLast) = (0L, false);
            while (!isLast)
            {
                var read = await content.ReadAtLeastAsync(chunk.AsMemory(0, size), size, throwOnEndOfStream: false, cancellationToken);
                var at = length;
                (length, isLast) = (length + read, read < size);
                file = await RunAsync(name, _ => Write(file ?? _disk.Open(temporary, DiskOpen.CreateNew)!, at, chunk.AsSpan(0, read), isLast), cancellationToken);
            }
        }
        finally
        {
            file?.Dispose();
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private IDiskFile Write(IDiskFile file, long at, ReadOnlySpan<byte> bytes, bool isLast)
    {
        try
        {
            if (bytes.Length > 0)
            {
                file.Write(at, bytes);
            }

            if (isLast)
            {
                MakeDurable(file, NextStamp(0));
            }

            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
