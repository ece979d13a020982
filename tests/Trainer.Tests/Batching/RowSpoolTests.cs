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
    public void Rankings_and_single_answers_come_back_as_they_were()
    {
        var (rankings, answers) = (new RowSpool<RankedRow>(RowCodecs.Rankings), new RowSpool<UnpairedRow>(RowCodecs.Unpaired));
        rankings.Add(new RankedRow(1, "r", "p", [new([1, 2, 3], 2), new([1, 2, 4, 5], 2)]));
        rankings.Add(new RankedRow(3, "s", null, [new([6, 7], 1), new([6, 8], 1), new([6, 9], 1)]));
        answers.Add(new UnpairedRow(2, "a", "p", new([1, 2, 3], 2), true));
        answers.Add(new UnpairedRow(5, "b", null, new([4, 5], 1), false));
        var (ranked, single) = (rankings.Finish(), answers.Finish());
        Assert.Equal([(3, "s", null, 3), (1, "r", "p", 2)], new[] { ranked[1], ranked[0] }.Select(row => (row.Line, row.RowId, row.PromptId, row.Ranked.Length)));
        Assert.Equal([(5, "b", null, false), (2, "a", "p", true)], new[] { single[1], single[0] }.Select(row => (row.Line, row.RowId, row.PromptId, row.Desirable)));
        Assert.Equal([4, 5], single[1].Answer.Ids);
        Assert.Equal(2, single[0].Answer.ResponseStart);

        var sequences = new RankedSequences(ranked);
        int[][] expected = [[1, 2, 3], [1, 2, 4, 5], [6, 7], [6, 8], [6, 9]];
        Assert.Equal(expected, sequences.Select(row => row.Ids));
        Assert.Equal(expected, Enumerable.Range(0, sequences.Count).Select(i => sequences[i].Ids));
        Assert.Equal([2, 3, 4], sequences.Of(1));
        Assert.Equal(2, sequences[1].ResponseStart);
    }

    [Fact]
    public void Mismatched_answers_go_on_from_the_first_row_behind_the_last()
    {
        UnpairedRow Row(int prompt, int answer) => new(1, "a", null, new([prompt, answer], 1), true);

        var sequences = new UnpairedSequences([Row(1, 10), Row(1, 11), Row(2, 12), Row(3, 13), Row(3, 14), Row(1, 15)]);
        int[][] expected = [[1, 12], [1, 12], [2, 13], [3, 15], [3, 15], [1, 12]];
        Assert.Equal(expected, sequences.Skip(6).Select(row => row.Ids));
        Assert.Equal(expected, Enumerable.Range(6, 6).Select(i => sequences[i].Ids));
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
