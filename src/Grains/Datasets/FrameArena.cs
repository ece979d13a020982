using System.Collections.Immutable;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Frames in the order of arrival with their buckets: 12 bytes a frame beside its own.</summary>
internal sealed class FrameArena(BlockPool pool)
{
    private readonly BlockWriter _bytes = new(pool);
    private readonly List<(int Bucket, int From, int Length)> _frames = [];
    private readonly List<ReadOnlyMemory<byte>> _pieces = [];
    private int[] _order = [];
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

    /// <summary>The frames' bytes bucket after bucket, those of a bucket in the order of arrival, and where each bucket ends. The pieces are the arena's: they are there until it is cleared.</summary>
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

        // Large arrays that were made for every run would lie about until the collector's next full round: half a MiB for 16 MiB of frames.
        if (_order.Length < _frames.Count)
        {
            _order = new int[_frames.Capacity];
        }

        for (var i = 0; i < _frames.Count; i++)
        {
            _order[starts[_frames[i].Bucket]++] = i;
        }

        var (blocks, ends, at) = (_bytes.Pieces(), new long[BucketTables.Count], 0L);
        foreach (var i in _order.AsSpan(0, _frames.Count))
        {
            var (bucket, from, left) = _frames[i];
            ends[bucket] = at += left;
            for (int part; left > 0; from += part, left -= part)
            {
                var within = from % BlockPool.BlockBytes;
                part = Math.Min(left, BlockPool.BlockBytes - within);
                _pieces.Add(blocks[from / BlockPool.BlockBytes].Slice(within, part));
            }
        }

        for (var bucket = 1; bucket < ends.Length; bucket++)
        {
            ends[bucket] = Math.Max(ends[bucket], ends[bucket - 1]);
        }

        return (_pieces, [.. ends]);
    }

    /// <summary>Empties it.</summary>
    public void Clear()
    {
        _bytes.Clear();
        _frames.Clear();
        _pieces.Clear();
        _from = 0;
    }
}
