namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Pairs with a free slot in no order, so that one can be drawn uniformly in constant time.</summary>
internal sealed class UniformPool
{
    private readonly List<int> _pairs = [];
    private readonly Dictionary<int, int> _places = [];

    public UniformPool(IEnumerable<int> pairs)
    {
        foreach (var pair in pairs)
        {
            Set(pair, isIn: true);
        }
    }

    public int Count => _pairs.Count;

    public int this[int place] => _pairs[place];

    public void Set(int pair, bool isIn)
    {
        if (isIn == _places.TryGetValue(pair, out var place))
        {
            return;
        }

        if (isIn)
        {
            _places.Add(pair, _pairs.Count);
            _pairs.Add(pair);
            return;
        }

        (_pairs[place], _places[_pairs[^1]]) = (_pairs[^1], place);
        _places.Remove(pair);
        _pairs.RemoveAt(_pairs.Count - 1);
    }
}
