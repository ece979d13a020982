using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Tests.Storage;

/// <summary>A file or directory of a <see cref="LossyDisk"/>: how it is now, how it was when last synced, and the changes in between.</summary>
internal sealed class LossyNode
{
    private readonly List<(long Offset, byte[]? Bytes)> _unsynced = [];
    private byte[] _durable = [];
    private bool _durableReadOnly;
    private long _durableStamp;

    public bool IsDirectory { get; init; }

    public Dictionary<string, LossyNode> Entries { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, LossyNode> DurableEntries { get; set; } = new(StringComparer.Ordinal);

    public List<(string Name, LossyNode? Node)> History { get; } = [];

    public byte[] Content { get; private set; } = [];

    public long Stamp { get; set; } = 1;

    public bool IsReadOnly { get; set; }

    public DiskStat Stat => new(Content.Length, Stamp, IsDirectory, IsReadOnly);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        Content = Written(Content, offset, bytes);
        _unsynced.Add((offset, bytes.ToArray()));
        Stamp++;
    }

    public void Truncate(long length)
    {
        Content = Content[..(int)Math.Min(length, Content.Length)];
        _unsynced.Add((length, null));
        Stamp++;
    }

    public void Sync()
    {
        (_durable, _durableStamp, _durableReadOnly) = (Content, Stamp, IsReadOnly);
        _unsynced.Clear();
    }

    public void FlipBit(int position, int bit)
    {
        Content = [.. Content];
        Content[position] ^= (byte)(1 << bit);
        Sync();
    }

    public LossyNode AfterPowerCut(Random random, int sector)
    {
        var content = _durable;
        foreach (var (offset, bytes) in _unsynced)
        {
            var luck = random.Next(4);
            if (bytes is null)
            {
                content = luck < 2 ? content[..(int)Math.Min(offset, content.Length)] : content;
            }
            else if (luck == 0)
            {
                content = Written(content, offset, bytes);
            }
            else if (luck < 3)
            {
                content = Torn(content, offset, bytes, random, sector);
            }
        }

        var left = new LossyNode
        {
            Content = content,
            Stamp = random.Next(2) == 0 ? Stamp : Math.Max(1, _durableStamp),
            IsReadOnly = random.Next(2) == 0 ? IsReadOnly : _durableReadOnly,
        };
        left.Sync();
        return left;
    }

    private static byte[] Torn(byte[] content, long offset, byte[] bytes, Random random, int sector)
    {
        // The length may have grown before the bytes came; what is not written reads as zeros or as what lay there before.
        if (random.Next(2) == 0)
        {
            var filler = new byte[bytes.Length];
            if (random.Next(4) == 0)
            {
                random.NextBytes(filler);
            }

            var old = content.AsSpan((int)Math.Min(offset, content.Length)..);
            old[..Math.Min(old.Length, filler.Length)].CopyTo(filler);
            content = Written(content, offset, filler);
        }

        for (var start = offset; start < offset + bytes.Length;)
        {
            var end = Math.Min((start / sector + 1) * sector, offset + bytes.Length);
            if (random.Next(2) == 0)
            {
                content = Written(content, start, bytes.AsSpan((int)(start - offset), (int)(end - start)));
            }

            start = end;
        }

        return content;
    }

    private static byte[] Written(byte[] content, long offset, ReadOnlySpan<byte> bytes)
    {
        var length = (int)Math.Max(content.Length, offset + bytes.Length);
        var written = new byte[length];
        content.CopyTo(written, 0);
        bytes.CopyTo(written.AsSpan((int)offset));
        return written;
    }
}
