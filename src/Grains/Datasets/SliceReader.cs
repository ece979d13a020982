using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Reads rows of segments through a bounded cache of blocks, so that rows in the order of writing cost one read a block and memory does not grow with segments.</summary>
internal sealed class SliceReader(IBlobStore store, BlockPool pool) : IDisposable
{
    private const int Chunk = BlockPool.BlockBytes;
    private const int Chunks = 48;
    private readonly Dictionary<(string Blob, long Number), (byte[] Bytes, int Length)> _chunks = [];
    private readonly Queue<(string Blob, long Number)> _order = new();
    private readonly List<byte[]> _left = [];

    /// <summary>The bytes of a row, until <see cref="Forget"/>.</summary>
    /// <exception cref="InvalidDataException">The segment is missing or shorter.</exception>
    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(BlobSlice at, CancellationToken cancellationToken)
    {
        var (number, within) = (at.Offset / Chunk, (int)(at.Offset % Chunk));
        var chunk = await ChunkAsync(at.Blob, number, cancellationToken);
        if (within + at.Length <= chunk.Length)
        {
            return chunk.Slice(within, at.Length);
        }

        var row = new byte[at.Length];
        for (var filled = 0; filled < row.Length; number++, within = 0)
        {
            chunk = await ChunkAsync(at.Blob, number, cancellationToken);
            var part = chunk[Math.Min(within, chunk.Length)..];
            part = part[..Math.Min(part.Length, row.Length - filled)];
            if (part.IsEmpty)
            {
                throw new InvalidDataException($"The segment {at.Blob} ends before byte {at.Offset + at.Length}.");
            }

            part.CopyTo(row.AsMemory(filled));
            filled += part.Length;
        }

        return row;
    }

    /// <summary>The rows read so far are not needed any more.</summary>
    public void Forget()
    {
        foreach (var block in _left)
        {
            pool.Return(block);
        }

        _left.Clear();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Forget();
        foreach (var (bytes, _) in _chunks.Values)
        {
            pool.Return(bytes);
        }

        _chunks.Clear();
        _order.Clear();
    }

    private async ValueTask<ReadOnlyMemory<byte>> ChunkAsync(string blob, long number, CancellationToken cancellationToken)
    {
        if (_chunks.TryGetValue((blob, number), out var known))
        {
            return known.Bytes.AsMemory(0, known.Length);
        }

        var block = pool.Rent();
        var length = await store.ReadAsync(blob, number * Chunk, block, cancellationToken) ?? throw new InvalidDataException($"The segment {blob} is missing.");
        if (_order.Count >= Chunks && _chunks.Remove(_order.Dequeue(), out var oldest))
        {
            // A row that is being put together may lie in it.
            _left.Add(oldest.Bytes);
        }

        _order.Enqueue((blob, number));
        _chunks[(blob, number)] = (block, length);
        return block.AsMemory(0, length);
    }
}
