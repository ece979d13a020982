using System.Buffers;
using System.Collections.Immutable;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Frames on their way into runs: a buffer a bucket, written out as one blob whenever all of them together reach a bound. So memory does not grow with the ledger.</summary>
internal sealed class SourceGathering
{
    private const long Budget = 24 << 20;
    private readonly IBlobStore _store;
    private readonly string _project;
    private readonly long[][] _touched;
    private readonly Lock _gate = new();
    private readonly List<SourceRun> _written = [];
    private ArrayBufferWriter<byte>?[] _buffers = new ArrayBufferWriter<byte>?[BucketTables.Count];
    private long _length;

    public SourceGathering(IBlobStore store, string project, SourceIndexState state, int shards)
    {
        (_store, _project) = (store, project);
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
    public ValueTask AddPairAsync(int bucket, ushort shard, long seq, ReadOnlyMemory<byte>[] lines, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte>?[]? full;
        lock (_gate)
        {
            var buffer = BufferOf(bucket, shard, seq);
            SourceFrames.WritePair(buffer, shard, seq, lines);
            full = Added(lines.Sum(line => line.Length));
        }

        return full is null ? ValueTask.CompletedTask : new(WriteAsync(full, cancellationToken));
    }

    public ValueTask AddEventAsync(int bucket, ushort shard, long seq, ReadOnlyMemory<byte> json, CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte>?[]? full;
        lock (_gate)
        {
            SourceFrames.WriteEvent(BufferOf(bucket, shard, seq), shard, seq, json.Span);
            full = Added(json.Length);
        }

        return full is null ? ValueTask.CompletedTask : new(WriteAsync(full, cancellationToken));
    }

    /// <summary>Writes what is left.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        ArrayBufferWriter<byte>?[] rest;
        lock (_gate)
        {
            rest = Take();
        }

        if (rest.Any(buffer => buffer is not null))
        {
            await WriteAsync(rest, cancellationToken);
        }
    }

    /// <summary>Writes a run of each bucket's parts, one after another.</summary>
    public static async Task<SourceRun> WriteRunAsync(IBlobStore store, string project, ReadOnlyMemory<byte>[][] buckets, CancellationToken cancellationToken)
    {
        var ends = ImmutableArray.CreateBuilder<long>(buckets.Length);
        var content = new byte[buckets.Sum(parts => parts.Sum(part => part.Length))];
        var at = 0;
        foreach (var parts in buckets)
        {
            foreach (var part in parts)
            {
                part.CopyTo(content.AsMemory(at));
                at += part.Length;
            }

            ends.Add(at);
        }

        var blob = $"{SourceIndex.Folder(project)}{Guid.NewGuid():N}.run";
        await store.PutIfAbsentAsync(blob, content, cancellationToken);
        return new(blob, ends.MoveToImmutable());
    }

    private ArrayBufferWriter<byte> BufferOf(int bucket, ushort shard, long seq)
    {
        _touched[bucket][shard] = Math.Max(seq, _touched[bucket][shard]);
        return _buffers[bucket] ??= new();
    }

    private ArrayBufferWriter<byte>?[]? Added(int length)
    {
        _length += length;
        return _length >= Budget ? Take() : null;
    }

    private ArrayBufferWriter<byte>?[] Take()
    {
        var taken = _buffers;
        (_buffers, _length) = (new ArrayBufferWriter<byte>?[BucketTables.Count], 0);
        return taken;
    }

    private async Task WriteAsync(ArrayBufferWriter<byte>?[] buffers, CancellationToken cancellationToken)
    {
        var run = await WriteRunAsync(_store, _project, [.. buffers.Select(buffer => buffer is null ? Array.Empty<ReadOnlyMemory<byte>>() : [buffer.WrittenMemory])], cancellationToken);
        lock (_gate)
        {
            _written.Add(run);
        }
    }
}
