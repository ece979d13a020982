using System.Collections.Immutable;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Frames in the order of arrival with their buckets: 12 bytes a frame beside its own.</summary>
internal sealed class FrameArena(BlockPool pool)
{
    private readonly BlockWriter _bytes = new(pool);
    private readonly List<(int Bucket, int From, int Length)> _frames = [];
    private int _from;

    /// <summary>Where the next frame's bytes go.</summary>
    public BlockWriter Bytes => _bytes;

    /// <summary>Bytes of all frames.</summary>
    public long Length => _bytes.Length;

    /// <summary>What was written since the frame before is a frame of this bucket.</summary>
    public void End(int bucket)
    {
        _frames.Add((bucket, _from, (int)_bytes.Length - _from));
        _from = (int)_bytes.Length;
    }

    /// <summary>The frames' bytes bucket after bucket, those of a bucket in the order of arrival, and where each bucket ends.</summary>
    public (List<ReadOnlyMemory<byte>> Pieces, ImmutableArray<long> Ends) ByBucket()
    {
        var starts = new int[BucketTables.Count + 1];
        foreach (var (bucket, _, _) in _frames)
        {
            starts[bucket + 1]++;
        }

        for (var bucket = 0; bucket < BucketTables.Count; bucket++)
        {
            starts[bucket + 1] += starts[bucket];
        }

        var order = new int[_frames.Count];
        for (var i = 0; i < order.Length; i++)
        {
            order[starts[_frames[i].Bucket]++] = i;
        }

        var (blocks, pieces, ends, at) = (_bytes.Pieces(), new List<ReadOnlyMemory<byte>>(order.Length + 64), new long[BucketTables.Count], 0L);
        foreach (var i in order)
        {
            var (bucket, from, left) = _frames[i];
            ends[bucket] = at += left;
            for (int part; left > 0; from += part, left -= part)
            {
                var within = from % BlockPool.BlockBytes;
                part = Math.Min(left, BlockPool.BlockBytes - within);
                pieces.Add(blocks[from / BlockPool.BlockBytes].Slice(within, part));
            }
        }

        for (var bucket = 1; bucket < ends.Length; bucket++)
        {
            ends[bucket] = Math.Max(ends[bucket], ends[bucket - 1]);
        }

        return (pieces, [.. ends]);
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _frames.Clear();
        _from = 0;
    }
}
