using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What is known of a project's source index: where it stands in each shard, and its runs.</summary>
public sealed record SourceIndexState
{
    /// <summary>Version of this format. Another one is made again: 2 because frames of 1 may lack members that events got later.</summary>
    public const int CurrentFormat = 2;

    /// <summary>Version of this format.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>Random name, so that nothing derived from a lost or replaced index is taken for current.</summary>
    public required string Generation { get; init; }

    /// <summary>Shards that were read, in the order of their numbers in frames.</summary>
    public ImmutableArray<SourceMark> Shards { get; init; } = [];

    /// <summary>For each bucket and shard the last event that touches it, row by row.</summary>
    public ImmutableArray<ImmutableArray<long>> Touched { get; init; } = [];

    /// <summary>Runs, oldest first.</summary>
    public ImmutableArray<SourceRun> Runs { get; init; } = [];
}

/// <summary>Where the index stands in a shard.</summary>
/// <param name="Shard">The shard.</param>
/// <param name="Segment">Segment of the ledger.</param>
/// <param name="Position">Byte behind the last event.</param>
/// <param name="Seq">Last event.</param>
/// <param name="Time">Its time, Unix microseconds.</param>
/// <param name="Epoch">Last epoch.</param>
/// <param name="Head">Its hash.</param>
public sealed record SourceMark(string Shard, int Segment, long Position, long Seq, long Time, long Epoch, string Head);

/// <summary>A blob with the frames of all buckets, bucket after bucket.</summary>
/// <param name="Blob">Its name.</param>
/// <param name="Ends">Where each bucket ends.</param>
public sealed record SourceRun(string Blob, ImmutableArray<long> Ends)
{
    /// <summary>Bytes.</summary>
    public long Length => Ends[^1];
}
