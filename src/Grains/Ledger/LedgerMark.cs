namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A verified place in a shard: everything up to <paramref name="Seq"/> has been read.</summary>
/// <param name="Segment">Segment of the next event; 0 before the first one.</param>
/// <param name="Position">Byte in it behind the last event.</param>
/// <param name="Seq">Last event.</param>
/// <param name="Time">Its time, Unix microseconds.</param>
/// <param name="Epoch">Last epoch.</param>
/// <param name="Head">Hash of the last event.</param>
internal sealed record LedgerMark(int Segment, long Position, long Seq, long Time, long Epoch, byte[] Head)
{
    public static LedgerMark Start => new(0, 0, 0, 0, 0, LedgerCodec.NoHash);
}
