using System.Collections.Concurrent;
using System.Collections.Immutable;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Frames on their way into runs: gathered in the order of arrival, written out as one blob whenever they reach a bound. So memory does not grow with the ledger.</summary>
internal sealed class SourceGathering
{
    private const long Budget = 16 << 20;
    private readonly IBlobStore _store;
    private readonly BlockPool _pool;
    private readonly string _project;
    private readonly long[][] _touched;
    private readonly Lock _gate = new();
    private readonly List<SourceRun> _written = [];
    private readonly ConcurrentBag<FrameArena> _free = [];
    private FrameArena _open;

    public SourceGathering(IBlobStore store, BlockPool pool, string project, SourceIndexState state, int shards)
    {
        (_store, _pool, _project, _open) = (store, pool, project, new(pool));
        _touched = [.. Enumerable.Range(0, BucketTables.Count).Select(bucket => Enumerable.Range(0, shards)
            .Select(shard => bucket < state.Touched.Length && shard < state.Touched[bucket].Length ? state.Touched[bucket][shard] : 0).ToArray())];
    }

    /// <summary>Runs written so far.</summary>
    public IReadOnlyList<SourceRun> Runs => _written;

    /// <summary>The last event of each bucket and shard.</summary>
    public ImmutableArray<ImmutableArray<long>> Touched() => [.. _touched.Select(shards => shards.ToImmutableArray())];

    /// <param name="bucket">Its bucket.</param>
    /// <param name="shard">Number of its shard.</param>
    /// <param name="seq">The event that brought it.</param>
    /// <param name="lines">The pair, its prompt, its responses.</param>
    /// <param name="cancellationToken">Stops.</param>
    public ValueTask AddPairAsync(int bucket, ushort shard, long seq, List<ReadOnlyMemory<byte>> lines, CancellationToken cancellationToken)
    {
        FrameArena? full;
        lock (_gate)
        {
            SourceFrames.WritePair(_open.Bytes, shard, seq, lines);
            full = Ended(bucket, shard, seq);
        }

        return full is null ? ValueTask.CompletedTask : new(WriteAsync(full, cancellationToken));
    }

    public ValueTask AddEventAsync(int bucket, ushort shard, long seq, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        FrameArena? full;
        lock (_gate)
        {
            SourceFrames.WriteEvent(_open.Bytes, shard, seq, json.Span);
            full = Ended(bucket, shard, seq);
        }

        return full is null ? ValueTask.CompletedTask : new(WriteAsync(full, cancellationToken));
    }

    /// <summary>Writes what is left.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        if (_open.Length > 0)
        {
            await WriteAsync(_open, cancellationToken);
        }
    }

    /// <summary>Writes a run of pieces.</summary>
    public static async Task<SourceRun> WriteRunAsync(IBlobStore store, string project, IReadOnlyList<ReadOnlyMemory<byte>> pieces, ImmutableArray<long> ends, CancellationToken cancellationToken)
    {
        var blob = $"{SourceIndex.Folder(project)}{Guid.NewGuid():N}.run";
        using var content = new PieceStream(pieces);
        await store.PutIfAbsentAsync(blob, content, cancellationToken);
        return new(blob, ends);
    }

    private FrameArena? Ended(int bucket, ushort shard, long seq)
    {
        _touched[bucket][shard] = Math.Max(seq, _touched[bucket][shard]);
        _open.End(bucket);
        if (_open.Length < Budget)
        {
            return null;
        }

        var full = _open;
        _open = _free.TryTake(out var free) ? free : new(_pool);
        return full;
    }

    private async Task WriteAsync(FrameArena full, CancellationToken cancellationToken)
    {
        var (pieces, ends) = full.ByBucket();
        var run = await WriteRunAsync(_store, _project, pieces, ends, cancellationToken);
        full.Clear();
        _free.Add(full);
        lock (_gate)
        {
            _written.Add(run);
        }
    }
}
