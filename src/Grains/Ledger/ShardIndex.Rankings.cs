namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What rankings need beyond pairs: a queue of their own, and the order that each judgment gave.</summary>
internal sealed partial class ShardIndex
{
    // Places by number of the judgment: few against the votes on pairs, so that those stay as small as they are.
    private readonly Dictionary<int, uint> _places = [];
    private readonly SortedSet<long> _rankable = [];

    /// <summary>Rankings with a free slot, by priority, then by arrival.</summary>
    public IEnumerable<int> Rankable => _rankable.Select(PairOf);

    /// <summary>How many.</summary>
    public int RankableCount => _rankable.Count;

    /// <summary>More than two responses are put in order, or two by the same rules.</summary>
    public bool IsRanking(int pair) => Pair(pair).Purpose == (byte)Purpose.Ranking;

    /// <summary>The order that a judgment gave, in canonical positions; null for a skip and for a verdict on a pair.</summary>
    public Ranking? RankingOf(int judgment) =>
        _places.TryGetValue(judgment, out var places) ? new Ranking(places, Pair(Judgment(judgment).Pair).Responses) : null;

    // Behind everything else, and only where there is a ranking: snapshots without one keep their bytes.
    private void SaveRankings(BinaryWriter writer)
    {
        foreach (var (judgment, places) in _places.OrderBy(item => item.Key))
        {
            writer.Write(judgment);
            writer.Write(places);
        }
    }

    private void LoadRankings(BinaryReader reader)
    {
        while (reader.BaseStream.Position < reader.BaseStream.Length)
        {
            // Not added: a damaged snapshot may name a judgment twice, and its hash is told wrong only at its end.
            _places[reader.ReadInt32()] = reader.ReadUInt32();
        }
    }
}
