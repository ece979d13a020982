using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Storage;

/// <summary>Reads rows by their place in a blob and keeps the last ones read. Segments never change, so a row is never stale.</summary>
/// <param name="store">Where the segments lie.</param>
/// <param name="capacityBytes">Bytes of rows kept.</param>
public sealed class RowReader(IBlobStore store, long capacityBytes = 64 << 20)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<BlobSlice, LinkedListNode<(BlobSlice At, ReadOnlyMemory<byte> Row)>> _rows = [];
    private readonly LinkedList<(BlobSlice At, ReadOnlyMemory<byte> Row)> _recent = new();
    private long _bytes;

    /// <summary>The row's bytes.</summary>
    /// <exception cref="InvalidDataException">The blob is missing or shorter than the slice.</exception>
    public async Task<ReadOnlyMemory<byte>> ReadAsync(BlobSlice at, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_rows.TryGetValue(at, out var known))
            {
                _recent.Remove(known);
                _recent.AddFirst(known);
                return known.Value.Row;
            }
        }

        var row = await store.GetRangeAsync(at.Blob, at.Offset, at.Length, cancellationToken);
        if (row is not { } bytes || bytes.Length != at.Length)
        {
            throw new InvalidDataException($"{at.Blob} has no {at.Length} bytes at {at.Offset}.");
        }

        Keep(at, bytes);
        return bytes;
    }

    /// <summary>The prompt at a slice.</summary>
    public async Task<PromptRow> PromptAsync(BlobSlice at, CancellationToken cancellationToken) => PromptRow.Parse(await ReadAsync(at, cancellationToken));

    /// <summary>The response at a slice.</summary>
    public async Task<ResponseRow> ResponseAsync(BlobSlice at, CancellationToken cancellationToken) => ResponseRow.Parse(await ReadAsync(at, cancellationToken));

    private void Keep(BlobSlice at, ReadOnlyMemory<byte> row)
    {
        lock (_gate)
        {
            if (row.Length > capacityBytes || _rows.ContainsKey(at))
            {
                return;
            }

            _rows[at] = _recent.AddFirst((at, row));
            _bytes += row.Length;
            while (_bytes > capacityBytes && _recent.Last is { } oldest)
            {
                _bytes -= oldest.Value.Row.Length;
                _rows.Remove(oldest.Value.At);
                _recent.RemoveLast();
            }
        }
    }
}
