using Orleans.Dpo.Trainer.Batching;

namespace Orleans.Dpo.Trainer.Tests.Batching;

public sealed class RowSpoolTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(12_000)] // more than stays in memory
    public void Rows_come_back_as_they_were_in_any_order(int count)
    {
        PreferencePair Made(int i) => new(i + 1, $"pr_{i}", i % 3 == 0 ? null : $"p_{i / 2}", new([i, 1, 2, .. Enumerable.Range(0, i % 90)], 3), new([i, 1, 2, 9], 3))
        {
            Weight = i / 7.0, SoftLabel = 0.25, Margin = i,
        };

        var spool = new RowSpool<PreferencePair>(RowCodecs.Pairs);
        for (var i = 0; i < count; i++)
        {
            spool.Add(Made(i));
        }

        var rows = spool.Finish();
        Assert.Equal(count, rows.Count);
        foreach (var i in new[] { count - 1, 0, count / 2, 1 })
        {
            var (expected, actual) = (Made(i), rows[i]);
            Assert.Equal(expected.Chosen.Ids, actual.Chosen.Ids);
            Assert.Equal(expected.Rejected.Ids, actual.Rejected.Ids);
            Assert.Equal(expected with { Chosen = actual.Chosen, Rejected = actual.Rejected }, actual);
        }

        Assert.Equal(Enumerable.Range(1, count), rows.Select(row => row.Line));
    }

    [Fact]
    public void Sequences_of_pairs_are_all_chosen_then_all_rejected_and_are_read_pair_by_pair()
    {
        var sequences = new PairSequences([new(1, "a", null, new([1, 2], 1), new([1, 3], 1)), new(2, "b", null, new([4, 5], 1), new([4, 6], 1))]);
        Assert.Equal([2, 5, 3, 6], sequences.Select(row => row.Ids[1]));
        Assert.Equal([2, 5, 3, 6], Enumerable.Range(0, 4).Select(i => sequences[i].Ids[1]));
        Assert.Equal([0, 2, 1, 3], sequences.ByPair);
    }
}
