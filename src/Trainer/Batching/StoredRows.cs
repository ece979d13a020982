using System.Collections;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>Rows that are read from where they are stored each time they are asked for.</summary>
internal sealed class StoredRows<TRow>(Stream stored, long[] starts, RowCodec<TRow> codec) : IReadOnlyList<TRow>
{
    public int Count => starts.Length;

    public TRow this[int index]
    {
        get
        {
            stored.Position = starts[index];
            using var reader = new BinaryReader(stored, System.Text.Encoding.UTF8, leaveOpen: true);
            return codec.Read(reader);
        }
    }

    public IEnumerator<TRow> GetEnumerator()
    {
        for (var row = 0; row < Count; row++)
        {
            yield return this[row];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
