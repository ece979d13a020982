using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Items and their votes in flat entries, 16 bytes an item and 12 a vote; the votes of an item are chained, oldest first.</summary>
internal sealed class OnlineVotes
{
    public const int None = -1;

    private readonly EntryList<ItemEntry> _items = new();
    private readonly EntryList<VoteEntry> _votes = new();

    public int Items => _items.Count;

    public ref readonly ItemEntry Item(int item) => ref _items[item];

    public void AddItem(double style) => _items.Add(new() { Style = style, First = None, Posterior = None });

    /// <summary>Where the item's posterior is kept from now on.</summary>
    public void Keep(int item, int posterior) => _items.Edit(item).Posterior = posterior;

    public ref readonly JointJudgment Vote(int vote) => ref _votes[vote].Vote;

    public int Next(int vote) => _votes[vote].Next;

    /// <summary>Adds a vote behind the others of its item and gives its number.</summary>
    public int Add(JointJudgment judgment)
    {
        var vote = _votes.Add(new() { Vote = judgment, Next = None });
        var last = None;
        for (var other = _items[judgment.Item].First; other != None; other = _votes[other].Next)
        {
            last = other;
        }

        _ = last == None ? _items.Edit(judgment.Item).First = vote : _votes.Edit(last).Next = vote;
        return vote;
    }

    /// <summary>Takes the last vote of an annotator on an item out of the item's and gives its number.</summary>
    public int Remove(int item, int annotator)
    {
        var (found, before, last) = (None, None, None);
        for (var vote = _items[item].First; vote != None; vote = _votes[vote].Next)
        {
            (found, before) = _votes[vote].Vote.Annotator == annotator ? (vote, last) : (found, before);
            last = vote;
        }

        if (found != None)
        {
            var next = _votes[found].Next;
            _ = before == None ? _items.Edit(item).First = next : _votes.Edit(before).Next = next;
        }

        return found;
    }

    /// <summary>Votes of an item that are A, B or a tie, and those that are both-bad.</summary>
    public (int Decided, int BothBad) Count(int item)
    {
        var (decided, bothBad) = (0, 0);
        for (var vote = _items[item].First; vote != None; vote = _votes[vote].Next)
        {
            _ = _votes[vote].Vote.Choice is Choice.BothBad ? bothBad++ : decided++;
        }

        return (decided, bothBad);
    }

    internal struct ItemEntry
    {
        public double Style;

        /// <summary>Oldest vote.</summary>
        public int First;

        /// <summary>Place of its posterior on the coarse grid. Not kept of items that never had two decided votes: theirs is the prior times one likelihood.</summary>
        public int Posterior;
    }

    private struct VoteEntry
    {
        public JointJudgment Vote;
        public int Next;
    }
}
