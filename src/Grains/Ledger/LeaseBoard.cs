using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A published order of leasing with what a draw needs.</summary>
internal sealed class LeaseBoard
{
    private readonly Dictionary<int, double> _scores = [];
    private readonly List<int> _order = [];

    public LeaseBoard(UniformPool pool, LeasePriorities priorities, Func<PairId, int> find)
    {
        (Pool, Fresh, UniformShare) = (pool, priorities.Fresh, priorities.UniformShare);
        foreach (var (id, score) in priorities.Pairs.Take(LeasePriorities.MaxPairs))
        {
            var pair = find(id);
            if (pair != ShardIndex.None && _scores.TryAdd(pair, score))
            {
                _order.Add(pair);
            }
        }
    }

    /// <summary>Pairs with a free slot.</summary>
    public UniformPool Pool { get; }

    /// <summary>Score of a pair without votes.</summary>
    public double Fresh { get; }

    /// <summary>Share of uniform draws.</summary>
    public double UniformShare { get; }

    /// <summary>Listed pairs, most worth a vote first.</summary>
    public IReadOnlyList<int> Order => _order;

    /// <summary>Has a score of its own.</summary>
    public bool IsListed(int pair) => _scores.ContainsKey(pair);

    /// <summary>A listed pair's score; a pair that is not listed counts as one without votes.</summary>
    public double ScoreOf(int pair) => _scores.GetValueOrDefault(pair, Fresh);
}
