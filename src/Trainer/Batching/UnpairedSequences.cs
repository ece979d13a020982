using System.Collections;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>
/// The sequences of a run over unpaired rows: all answers, then each row's prompt with the answer of the next row in the file that has another prompt:
/// sequences that nobody wrote, to estimate the divergence by. Only which row that is is kept.
/// </summary>
internal sealed class UnpairedSequences : IReadOnlyList<TokenRow>
{
    private readonly IReadOnlyList<UnpairedRow> _rows;
    private readonly int[] _others;

    public UnpairedSequences(IReadOnlyList<UnpairedRow> rows) => (_rows, _others) = (rows, Others(rows));

    public int Count => 2 * _rows.Count;

    public TokenRow this[int index] => index < _rows.Count ? _rows[index].Answer : Mismatched(index - _rows.Count);

    public IEnumerator<TokenRow> GetEnumerator() => _rows.Select(row => row.Answer).Concat(Enumerable.Range(0, _rows.Count).Select(Mismatched)).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static ReadOnlySpan<int> Prompt(TokenRow row) => row.Ids.AsSpan(0, row.ResponseStart);

    private TokenRow Mismatched(int row)
    {
        var (own, other) = (_rows[row].Answer, _rows[_others[row]].Answer);
        return new TokenRow([.. Prompt(own), .. other.Ids.AsSpan(other.ResponseStart)], own.ResponseStart);
    }

    /// <summary>For each row the next one with another prompt; behind the last comes the first.</summary>
    private static int[] Others(IReadOnlyList<UnpairedRow> rows)
    {
        var changes = new bool[rows.Count];
        var before = rows[^1].Answer;
        for (var row = 0; row < rows.Count; row++)
        {
            var answer = rows[row].Answer;
            changes[row] = !Prompt(before).SequenceEqual(Prompt(answer));
            before = answer;
        }

        var next = Array.IndexOf(changes, true);
        if (next < 0)
        {
            throw TrainerException.BadInput("All rows have the same prompt; KTO compares with answers to other prompts, so give rows of at least two.");
        }

        var others = new int[rows.Count];
        for (var row = rows.Count - 1; row >= 0; row--)
        {
            others[row] = next;
            next = changes[row] ? row : next;
        }

        return others;
    }
}
