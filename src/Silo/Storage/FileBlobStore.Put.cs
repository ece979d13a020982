using System.Buffers;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Storage;

/// <summary>Creating: a file of the store's own is written and synced, then it gets its name.</summary>
public sealed partial class FileBlobStore
{
    private const int CopyChunk = 1 << 18;

    /// <inheritdoc/>
    public async Task<BlobInfo?> PutIfAbsentAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        using var stream = new PieceStream([content]);
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

    /// <summary>Writes a file of the store's own and makes it durable; what is in memory in large pieces in one go.</summary>
    private async Task WriteTemporaryAsync(string name, string temporary, Stream content, CancellationToken cancellationToken)
    {
        if (content is PieceStream { Position: 0 } held && (held.Pieces.Count is 1 || held.Length >= (long)held.Pieces.Count * CopyChunk / 4))
        {
            (await RunAsync(name, _ => Write(_disk.Open(temporary, DiskOpen.CreateNew)!, 0, held.Pieces, isLast: true), cancellationToken)).Dispose();
            return;
        }

        var chunk = ArrayPool<byte>.Shared.Rent(CopyChunk);
        IDiskFile? file = null;
        try
        {
            var (length, isLast) = (0L, false);
            while (!isLast)
            {
                var read = await content.ReadAtLeastAsync(chunk.AsMemory(0, CopyChunk), CopyChunk, throwOnEndOfStream: false, cancellationToken);
                var at = length;
                (length, isLast) = (length + read, read < CopyChunk);
                file = await RunAsync(name, _ => Write(file ?? _disk.Open(temporary, DiskOpen.CreateNew)!, at, [chunk.AsMemory(0, read)], isLast), cancellationToken);
            }
        }
        finally
        {
            file?.Dispose();
            ArrayPool<byte>.Shared.Return(chunk);
        }
    }

    private IDiskFile Write(IDiskFile file, long at, IReadOnlyList<ReadOnlyMemory<byte>> pieces, bool isLast)
    {
        try
        {
            foreach (var piece in pieces)
            {
                if (piece.Length > 0)
                {
                    file.Write(at, piece.Span);
                    at += piece.Length;
                }
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
