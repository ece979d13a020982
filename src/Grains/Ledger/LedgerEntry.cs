namespace Orleans.Dpo.Grains.Ledger;

/// <summary>One event with its place in the chain.</summary>
/// <param name="Seq">Sequence number in its shard, from 1 without gaps.</param>
/// <param name="Time">Server time, strictly increasing within the shard, whole microseconds.</param>
/// <param name="Append">Sequence number of the first event of the append that wrote it.</param>
/// <param name="Hash">Its hash, 64 hexadecimal digits.</param>
/// <param name="Event">What it says.</param>
public sealed record LedgerEntry(long Seq, DateTimeOffset Time, long Append, string Hash, LedgerEvent Event);
