using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Imports;

/// <summary>Writes of blobs that never change.</summary>
internal static class BlobWrites
{
    /// <summary>Creates a blob that a repeat of the same work would write with the same bytes.</summary>
    /// <exception cref="InvalidDataException">It exists with other bytes: two different works share a name.</exception>
    public static async Task PutOnceAsync(this IBlobStore store, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        if (await store.PutIfAbsentAsync(name, content, cancellationToken) is null
            && await store.GetAsync(name, cancellationToken) is { } existing && !existing.Bytes.Span.SequenceEqual(content.Span))
        {
            throw new InvalidDataException($"{name} exists with other bytes.");
        }
    }

    /// <summary>Creates a blob and returns its bytes: those of the first writer, if there was one.</summary>
    public static async Task<ReadOnlyMemory<byte>> PutFirstAsync(this IBlobStore store, string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken) =>
        await store.PutIfAbsentAsync(name, content, cancellationToken) is null && await store.GetAsync(name, cancellationToken) is { } existing ? existing.Bytes : content;

    /// <summary>The bytes of a blob.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(this IBlobStore store, string name, CancellationToken cancellationToken) =>
        (await store.GetAsync(name, cancellationToken))?.Bytes ?? throw new InvalidDataException($"{name} is missing; restore the store from a copy.");
}
