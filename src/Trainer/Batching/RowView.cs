using System.Collections;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Something of each row, taken when it is asked for.</summary>
internal sealed class RowView<TRow, TValue>(IReadOnlyList<TRow> rows, Func<TRow, TValue> value) : IReadOnlyList<TValue>
{
    public int Count => rows.Count;

    public TValue this[int index] => value(rows[index]);

    public IEnumerator<TValue> GetEnumerator() => rows.Select(value).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
