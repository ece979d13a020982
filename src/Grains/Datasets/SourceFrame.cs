namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A pair or an event of the source index.</summary>
/// <param name="IsPair">A pair with its texts; else an event.</param>
/// <param name="Shard">Number of its shard.</param>
/// <param name="Seq">The event, or the one that brought the pair.</param>
/// <param name="Body">Its bytes behind the head.</param>
internal readonly record struct SourceFrame(bool IsPair, ushort Shard, long Seq, ReadOnlyMemory<byte> Body);
