using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Votes that are A, B or a tie, four bytes each, grouped by item, in the input's order within one.</summary>
internal sealed class DecidedVotes
{
    private readonly int[] _start;
    private readonly uint[] _said;
    private readonly ImmutableArray<double> _style;

    public DecidedVotes(JointInput input)
    {
        (Items, _style) = (input.Style.Length, input.Style);
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
        _said = new uint[Count];
        foreach (var judgment in input.Judgments)
        {
            if (judgment.Choice is not Ledger.Choice.BothBad)
            {
                _said[_start[judgment.Item]++] = ((uint)judgment.Annotator << 3) | (judgment.AOnLeft ? 4u : 0) | (uint)judgment.Choice;
            }
        }

        // Each start has moved to the next item's.
        Array.Copy(_start, 0, _start, 1, Items);
        _start[0] = 0;
    }

    public int Items { get; }

    public int Count { get; }

    public int MostOnOneItem { get; }

    public int Annotator(int vote) => (int)(_said[vote] >> 3);

    public Choice Choice(int vote) => (Choice)(_said[vote] & 3);

    /// <summary>A vote of an item as the kernel takes it: +1 with A on the left, −1 with B there.</summary>
    public JointVote Vote(int item, int vote) => new(Choice(vote), (_said[vote] & 4) != 0 ? 1 : -1, _style[item]);

    public int StartOf(int item) => _start[item];

    public int CountOf(int item) => _start[item + 1] - _start[item];
}
