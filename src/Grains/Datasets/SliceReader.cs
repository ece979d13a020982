using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Reads rows of segments through a bounded cache of chunks, so that rows in the order of writing cost one read a chunk and memory does not grow with segments.</summary>
internal sealed class SliceReader(IBlobStore store)
{
    private const int Chunk = 1 << 20;
    private const int Chunks = 24;
    private readonly Dictionary<(string Blob, long Number), ReadOnlyMemory<byte>> _chunks = [];
    private readonly Queue<(string Blob, long Number)> _order = new();

    /// <summary>The bytes of a row.</summary>
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

    private async ValueTask<ReadOnlyMemory<byte>> ChunkAsync(string blob, long number, CancellationToken cancellationToken)
    {
        if (_chunks.TryGetValue((blob, number), out var known))
        {
            return known;
        }

        var chunk = await store.GetRangeAsync(blob, number * Chunk, Chunk, cancellationToken) ?? throw new InvalidDataException($"The segment {blob} is missing.");
        if (_order.Count >= Chunks)
        {
            _chunks.Remove(_order.Dequeue());
        }

        _order.Enqueue((blob, number));
        _chunks[(blob, number)] = chunk;
        return chunk;
    }
}
