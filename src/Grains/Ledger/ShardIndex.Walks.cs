namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Who has judged much does not look at all of it again for each lease: where his walk through the leasable pairs goes on.</summary>
internal sealed partial class ShardIndex
{
    /// <summary>So many pairs that are his already at the front of the queue are worth remembering.</summary>
    public const int WalkStep = 64;

    private readonly Dictionary<int, Walk> _walks = [];

    /// <summary>Pairs with a free slot.</summary>
    public int LeasableCount => _leasable.Count;

    /// <summary>Leasable pairs in order, without a first part that the annotator holds or has judged.</summary>
    public IEnumerable<int> LeasableBy(int annotator)
    {
        if (!_walks.TryGetValue(annotator, out var walk))
        {
            return Leasable;
        }

        // What is neither leasable nor free for him comes back here when it is.
        walk.Again.RemoveWhere(key => !_leasable.Contains(key) || IsHis(PairOf(key), annotator));
        return walk.Again.Concat(_leasable.GetViewBetween(walk.Key + 1, long.MaxValue)).Select(PairOf);
    }

    /// <summary>True when the annotator holds a lease of the pair or has a live judgment there.</summary>
    public bool IsHis(int pair, int annotator) => ActiveLease(pair, annotator) != None || LiveJudgment(pair, annotator) != None;

    /// <summary>Everything up to this pair is the annotator's.</summary>
    public void WalkedTo(int annotator, int pair)
    {
        var key = SortKey(pair, Pair(pair));
        if (!_walks.TryGetValue(annotator, out var walk))
        {
            _walks.Add(annotator, walk = new());
        }

        walk.Key = Math.Max(walk.Key, key);
    }

    private static int PairOf(long key) => (int)(key & 0x3FFF_FFFF);

    /// <summary>The pair has a free slot again: all who are past it may want it.</summary>
    private void CameBack(long key)
    {
        foreach (var walk in _walks.Values)
        {
            walk.Return(key);
        }
    }

    /// <summary>The annotator's lease or judgment of the pair ended.</summary>
    private void CameBack(int annotator, int pair)
    {
        if (_walks.TryGetValue(annotator, out var walk))
        {
            walk.Return(SortKey(pair, Pair(pair)));
        }
    }

    private sealed class Walk
    {
        public long Key { get; set; } = -1;

        public SortedSet<long> Again { get; } = [];

        public void Return(long key)
        {
            if (key <= Key)
            {
                Again.Add(key);
            }
        }
    }
}
