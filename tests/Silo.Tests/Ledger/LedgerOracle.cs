using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>What the ledger must say, kept in the plainest way and apart from the shard's own state.</summary>
internal sealed class LedgerOracle(IReadOnlyDictionary<PairId, PairRecord> pairs)
{
    private readonly Dictionary<JudgmentId, (JudgmentRecorded Event, bool Live)> _judgments = [];
    private readonly HashSet<JudgmentId> _undos = [];

    public int CountedVotes => _judgments.Values.Count(judgment => judgment.Live && judgment.Event.Counted);

    public bool Has(JudgmentId id) => _judgments.ContainsKey(id) || _undos.Contains(id);

    public bool IsCounted(JudgmentId id) => _judgments.TryGetValue(id, out var judgment) && judgment.Event.Counted;

    public bool IsLive(JudgmentId id) => _judgments.TryGetValue(id, out var judgment) && judgment.Live;

    public void Apply(LedgerEntry entry)
    {
        switch (entry.Event)
        {
            case JudgmentRecorded judgment:
                Assert.True(_judgments.TryAdd(judgment.Id, (judgment, true)), $"{judgment.Id} is in the ledger twice.");
                if (judgment.Supersedes is { } old)
                {
                    End(old);
                }

                Check(judgment.Pair);
                break;
            case JudgmentWithdrawn withdrawn:
                Assert.True(_undos.Add(withdrawn.Id), $"{withdrawn.Id} is in the ledger twice.");
                End(withdrawn.Judgment);
                break;
        }
    }

    private void End(JudgmentId id)
    {
        Assert.True(_judgments[id].Live, $"{id} ends twice.");
        _judgments[id] = (_judgments[id].Event, false);
    }

    private void Check(PairId pair)
    {
        var counted = _judgments.Values.Where(judgment => judgment.Live && judgment.Event.Counted && judgment.Event.Pair == pair).ToArray();
        Assert.True(counted.Length <= pairs[pair].Overlap, $"{pair} has {counted.Length} counted votes of {pairs[pair].Overlap}.");
        Assert.Equal(counted.Length, counted.DistinctBy(judgment => judgment.Event.Annotator).Count());
    }
}
