using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A shard's state as of an event, so that a start need not read all events. Rebuildable: a missing or damaged one costs time only.</summary>
internal static class ShardSnapshot
{
    private const int Kept = 2;
    private static readonly byte[] s_magic = "DPOSNAP1"u8.ToArray();

    /// <summary>The state's bytes now.</summary>
    public static byte[] Encode(ShardIndex index)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        index.Save(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Stores the state as of <paramref name="mark"/> and deletes older ones but one.</summary>
    public static async Task SaveAsync(IBlobStore store, LedgerFolder folder, byte[] state, LedgerMark mark, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(state.Length + 256);
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(s_magic);
        writer.Write(mark.Segment);
        writer.Write(mark.Position);
        writer.Write(mark.Seq);
        writer.Write(mark.Time);
        writer.Write(mark.Epoch);
        writer.Write(mark.Head);
        writer.Write(state);
        writer.Flush();
        writer.Write(SHA256.HashData(stream.GetBuffer().AsSpan(0, (int)stream.Length)));
        writer.Flush();
        await store.PutIfAbsentAsync(folder.Snapshot(mark.Seq), stream.GetBuffer().AsMemory(0, (int)stream.Length), cancellationToken);
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
            if (await store.GetAsync(name, cancellationToken) is { } blob && TryDecode(blob.Bytes) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private static (ShardIndex, LedgerMark)? TryDecode(ReadOnlyMemory<byte> bytes)
    {
        var content = bytes.Length > SHA256.HashSizeInBytes ? bytes[..^SHA256.HashSizeInBytes] : default;
        if (!content.Span.StartsWith(s_magic) || !SHA256.HashData(content.Span).AsSpan().SequenceEqual(bytes.Span[content.Length..]))
        {
            return null;
        }

        using var reader = new BinaryReader(new MemoryStream(content.ToArray(), s_magic.Length, content.Length - s_magic.Length), Encoding.UTF8);
        var mark = new LedgerMark(reader.ReadInt32(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadBytes(LedgerCodec.HashBytes));
        var index = new ShardIndex();
        index.Load(reader);
        return (index, mark);
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
