using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A shard's state as of an event, so that a start need not read all events. Rebuildable: a missing or damaged one costs time only.</summary>
internal static class ShardSnapshot
{
    private const int Kept = 2;
    private const int InOnePiece = 1 << 20;
    private const int PlaceBytes = sizeof(int) + (4 * sizeof(long)) + LedgerCodec.HashBytes;
    private static readonly byte[] s_magic = "DPOSNAP2"u8.ToArray();

    /// <summary>Stores the state as of <paramref name="mark"/> and deletes older ones but one. The pieces are read while they are written.</summary>
    public static async Task SaveAsync(IBlobStore store, LedgerFolder folder, IReadOnlyList<ReadOnlyMemory<byte>> state, LedgerMark mark, CancellationToken cancellationToken)
    {
        await using var content = new SnapshotStream([Place(mark), .. state]);
        if (content.Length <= InOnePiece)
        {
            var bytes = new byte[content.Length];
            content.ReadExactly(bytes);
            await store.PutIfAbsentAsync(folder.Snapshot(mark.Seq), bytes, cancellationToken);
        }
        else
        {
            await store.PutIfAbsentAsync(folder.Snapshot(mark.Seq), content, cancellationToken);
        }

        foreach (var old in (await ListAsync(store, folder, cancellationToken)).SkipLast(Kept))
        {
            await store.DeleteAsync(old, null, cancellationToken);
        }
    }

    /// <summary>The newest intact snapshot, or null.</summary>
    public static async Task<(ShardIndex Index, LedgerMark Mark)?> LoadNewestAsync(IBlobStore store, LedgerFolder folder, CancellationToken cancellationToken)
    {
        foreach (var name in (await ListAsync(store, folder, cancellationToken)).Reverse<string>())
        {
            if (await store.OpenReadAsync(name, 0, cancellationToken) is { } stream)
            {
                await using (stream)
                {
                    if (await TryReadAsync(stream, cancellationToken) is { } found)
                    {
                        return found;
                    }
                }
            }
        }

        return null;
    }

    private static async Task<(ShardIndex, LedgerMark)?> TryReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            var place = new byte[s_magic.Length + PlaceBytes];
            await ReadAsync(place, cancellationToken);
            if (!place.AsSpan().StartsWith(s_magic))
            {
                return null;
            }

            var index = new ShardIndex();
            await index.LoadAsync(ReadAsync, cancellationToken);
            var end = new byte[SHA256.HashSizeInBytes];
            await stream.ReadExactlyAsync(end, cancellationToken);
            if (!hash.GetHashAndReset().AsSpan().SequenceEqual(end))
            {
                return null;
            }

            index.Finish();
            return (index, Mark(place));
        }
        catch (Exception damaged) when (damaged is EndOfStreamException or InvalidDataException or FormatException or ArgumentException or OverflowException or OutOfMemoryException)
        {
            // Another layout, or lengths that no writer wrote.
            return null;
        }

        async ValueTask ReadAsync(Memory<byte> piece, CancellationToken cancellation)
        {
            await stream.ReadExactlyAsync(piece, cancellation);
            hash.AppendData(piece.Span);
        }
    }

    private static byte[] Place(LedgerMark mark)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes, Encoding.UTF8);
        writer.Write(s_magic);
        writer.Write(mark.Segment);
        writer.Write(mark.Position);
        writer.Write(mark.Seq);
        writer.Write(mark.Time);
        writer.Write(mark.Epoch);
        writer.Write(mark.Head);
        writer.Flush();
        return bytes.ToArray();
    }

    private static LedgerMark Mark(byte[] place)
    {
        using var reader = new BinaryReader(new MemoryStream(place, s_magic.Length, PlaceBytes), Encoding.UTF8);
        return new(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadBytes(LedgerCodec.HashBytes));
    }

    private static async Task<List<string>> ListAsync(IBlobStore store, LedgerFolder folder, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await foreach (var blob in store.ListAsync(folder.SnapshotPrefix, cancellationToken))
        {
            names.Add(blob.Name);
        }

        return names;
    }
}
