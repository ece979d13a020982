using Microsoft.Extensions.Caching.Memory;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Prompts;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Api;

/// <summary>Reads prompts and responses by their slices, through a cache bounded by bytes. Rows never change, so nothing is ever stale.</summary>
internal sealed class RowTexts(IBlobStore blobs) : IDisposable
{
    private const long CacheBytes = 64 << 20;
    private const int EndCharacters = 160;
    private readonly MemoryCache _rows = new(new MemoryCacheOptions { SizeLimit = CacheBytes });

    /// <summary>The prompt at a slice.</summary>
    /// <exception cref="InvalidDataException">The slice does not hold a prompt row.</exception>
    public Task<PromptContent> PromptAsync(BlobSlice at, CancellationToken cancellationToken) =>
        ReadAsync(at, static bytes => PromptRow.Parse(bytes).Content, cancellationToken);

    /// <summary>The text of the response at a slice.</summary>
    /// <exception cref="InvalidDataException">The slice does not hold a response row.</exception>
    public Task<string> ResponseAsync(BlobSlice at, CancellationToken cancellationToken) =>
        ReadAsync(at, static bytes => ResponseRow.Parse(bytes).Text, cancellationToken);

    /// <summary>The last words of the prompt of the pair whose row is at a slice: what a list shows of it.</summary>
    /// <exception cref="InvalidDataException">The slice does not hold a pair's row, or its prompt is missing.</exception>
    public async Task<string> PromptEndAsync(BlobSlice pair, CancellationToken cancellationToken)
    {
        var record = await ReadAsync(pair, static bytes => PairSegment.Parse(bytes.Span), cancellationToken);
        var prompt = await PromptAsync(record.PromptAt, cancellationToken);
        var text = prompt.Text ?? prompt.Messages?.LastOrDefault()?.Content ?? "";
        if (text.Length <= EndCharacters)
        {
            return text;
        }

        var from = text.Length - EndCharacters;
        return "…" + text[(char.IsLowSurrogate(text[from]) ? from + 1 : from)..];
    }

    /// <inheritdoc/>
    public void Dispose() => _rows.Dispose();

    private async Task<T> ReadAsync<T>(BlobSlice at, Func<ReadOnlyMemory<byte>, T> parse, CancellationToken cancellationToken) where T : class
    {
        if (_rows.TryGetValue(at, out T? known))
        {
            return known!;
        }

        var bytes = await blobs.GetRangeAsync(at.Blob, at.Offset, at.Length, cancellationToken);
        if (bytes is not { } row || row.Length != at.Length)
        {
            throw new InvalidDataException($"{at.Blob} has no {at.Length} bytes at {at.Offset}; the store is incomplete. Restore it from a copy.");
        }

        var value = parse(row);
        _rows.Set(at, value, new MemoryCacheEntryOptions { Size = 64 + (2L * at.Length) });
        return value;
    }
}
