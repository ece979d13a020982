namespace Orleans.Dpo.Trainer.Batching;

/// <summary>What a file gave: the rows to use and how many were left out because they exceed the length limit.</summary>
internal sealed record RowSet<TRow>(IReadOnlyList<TRow> Rows, int TooLong)
{
    public int Read => Rows.Count + TooLong;
}
