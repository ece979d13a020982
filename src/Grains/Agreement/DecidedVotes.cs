using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Votes that are A, B or a tie in flat arrays, grouped by item, in the input's order within one.</summary>
internal sealed class DecidedVotes
{
    private readonly int[] _start;

    public DecidedVotes(JointInput input)
    {
        Items = input.Style.Length;
        _start = new int[Items + 1];
        foreach (var judgment in input.Judgments)
        {
            _start[judgment.Item + 1] += judgment.Choice is Ledger.Choice.BothBad ? 0 : 1;
        }

        for (var item = 0; item < Items; item++)
        {
            MostOnOneItem = Math.Max(MostOnOneItem, _start[item + 1]);
            _start[item + 1] += _start[item];
        }

        Count = _start[Items];
        (Annotator, Choice, Side, Style) = (new int[Count], new Choice[Count], new double[Count], new double[Count]);
        var next = _start.AsSpan(0, Items).ToArray();
        foreach (var judgment in input.Judgments)
        {
            if (judgment.Choice is not Ledger.Choice.BothBad)
            {
                var at = next[judgment.Item]++;
                (Annotator[at], Choice[at], Side[at], Style[at]) = (judgment.Annotator, judgment.Choice, judgment.AOnLeft ? 1 : -1, input.Style[judgment.Item]);
            }
        }
    }

    public int Items { get; }

    public int Count { get; }

    public int MostOnOneItem { get; }

    public int[] Annotator { get; }

    public Choice[] Choice { get; }

    /// <summary>+1 with A on the left, −1 with B there.</summary>
    public double[] Side { get; }

    /// <summary>Δstyle of the vote's item.</summary>
    public double[] Style { get; }

    public JointVote Vote(int vote) => new(Choice[vote], Side[vote], Style[vote]);

    public int StartOf(int item) => _start[item];

    public int CountOf(int item) => _start[item + 1] - _start[item];
}
