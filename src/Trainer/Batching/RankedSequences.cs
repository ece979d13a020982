using System.Collections;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>The sequences of a run over rankings: the answers of the first, best first, then those of the next. Only where each begins is kept.</summary>
internal sealed class RankedSequences : IReadOnlyList<TokenRow>
{
    private readonly IReadOnlyList<RankedRow> _rows;

    /// <summary>Number of each row's first sequence, and behind the last row how many there are.</summary>
    private readonly int[] _firsts;

    public RankedSequences(IReadOnlyList<RankedRow> rows)
    {
        _rows = rows;
        _firsts = new int[rows.Count + 1];
        var next = 0;
        foreach (var row in rows)
        {
            _firsts[next + 1] = _firsts[next] + row.Ranked.Length;
            next++;
        }
    }

    public int Count => _firsts[^1];

    public TokenRow this[int index]
    {
        get
        {
            // Every row has answers, so the numbers rise and the search is sure.
            var found = Array.BinarySearch(_firsts, index);
            var row = found >= 0 ? found : ~found - 1;
            return _rows[row].Ranked[index - _firsts[row]];
        }
    }

    /// <summary>Numbers of a row's sequences.</summary>
    public IEnumerable<int> Of(int row) => Enumerable.Range(_firsts[row], _firsts[row + 1] - _firsts[row]);

    public IEnumerator<TokenRow> GetEnumerator() => _rows.SelectMany(row => row.Ranked).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
