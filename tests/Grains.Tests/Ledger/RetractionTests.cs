using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

public sealed class RetractionTests
{
    private static readonly RetractJudgments s_first = new("t1", [TestPairs.Judgment(1)], "wrong guideline", "an_00000000000000000000000000000009");

    [Fact]
    public void A_retracted_judgment_frees_its_slot_and_the_pair_is_leased_again()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        story.Lease(1);
        story.Submit(1, pair, annotator: 1);
        Assert.Empty(story.LeasedPairs(2));
        Retract(story);
        Assert.Equal(0, story.Status.CountedVotes);
        Assert.Equal([pair.Id], story.LeasedPairs(2));
        Assert.True(story.Submit(2, pair, annotator: 2).Counted);
        Assert.Equal(1, story.Status.CountedVotes);
    }

    [Fact]
    public void A_retraction_is_done_once_and_a_late_undo_or_edit_finds_nothing_to_end()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        story.Lease(1);
        story.Submit(1, pair, annotator: 1);
        Retract(story);
        Assert.Null(LedgerShardRules.Retract(story.Index, TestPairs.Judgment(1), s_first));
        Assert.Null(LedgerShardRules.Retract(story.Index, TestPairs.Judgment(9), s_first));
        Assert.Null(story.Submit(2, pair, annotator: 1, ShownChoice.Undo, supersedes: 1).Judgment);
        var edit = Assert.IsType<JudgmentRecorded>(story.Submit(3, pair, annotator: 1, ShownChoice.Right, supersedes: 1).Judgment);
        Assert.Null(edit.Supersedes);
        Assert.True(edit.Counted);
    }

    [Fact]
    public void Reinstated_it_fills_its_slot_again_if_that_is_free_and_is_surplus_otherwise()
    {
        var pair = TestPairs.Pair(1);
        var (free, taken) = (new ShardStory(pair), new ShardStory(pair));
        foreach (var story in new[] { free, taken })
        {
            story.Lease(1);
            story.Submit(1, pair, annotator: 1);
            Retract(story);
            story.Reload();
        }

        taken.Lease(2);
        taken.Submit(2, pair, annotator: 2);
        Assert.True(Reinstate(free).Counted);
        Assert.False(Reinstate(taken).Counted);
        Assert.All(new[] { free, taken }, story => Assert.Equal(1, story.Status.CountedVotes));
        Assert.Equal(2, taken.Index.JudgmentsAt(0, long.MaxValue).Length);
        Assert.Null(LedgerShardRules.Reinstate(free.Index, TestPairs.Judgment(1), s_first));
    }

    [Fact]
    public void A_slot_that_is_leased_meanwhile_is_not_taken_from_its_holder_by_a_reinstated_judgment()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        story.Lease(1);
        story.Submit(1, pair, annotator: 1);
        Retract(story);
        story.Lease(2);
        Assert.False(Reinstate(story).Counted);
        Assert.True(story.Submit(2, pair, annotator: 2).Counted);
    }

    [Fact]
    public void A_retracted_report_ends_the_review()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        story.Lease(1);
        story.Submit(1, pair, annotator: 1, ShownChoice.Report);
        Assert.Equal(1, story.Status.InReview);
        Retract(story);
        Assert.Equal(0, story.Status.InReview);
        Reinstate(story);
        Assert.Equal(1, story.Status.InReview);
    }

    [Fact]
    public void A_search_finds_the_live_judgments_of_an_annotator_from_a_time_on()
    {
        var pairs = Enumerable.Range(1, 4).Select(n => TestPairs.Pair(n, overlap: 2)).ToArray();
        var story = new ShardStory(pairs);
        story.Lease(1, 4);
        story.Lease(2, 4);
        foreach (var (pair, i) in pairs.Select((pair, i) => (pair, i)))
        {
            story.Now = ShardStory.Noon.AddMinutes(i);
            story.Submit(10 + i, pair, annotator: 1);
            story.Submit(20 + i, pair, annotator: 2);
        }

        story.Submit(30, pairs[3], annotator: 1, ShownChoice.Undo, supersedes: 13);
        var all = story.Index.Find(new() { Annotator = TestPairs.Annotator(1) });
        Assert.Equal([10, 11, 12], all.Select(found => Number(found.Id)));
        var late = story.Index.Find(new() { Annotator = TestPairs.Annotator(1), From = ShardStory.Noon.AddMinutes(2) });
        Assert.Equal([12], late.Select(found => Number(found.Id)));
        Assert.Equal([20], story.Index.Find(new() { Judgment = TestPairs.Judgment(20) }).Select(found => Number(found.Id)));
        Assert.Empty(story.Index.Find(new() { Annotator = TestPairs.Annotator(7) }));
        Assert.Empty(story.Index.Find(new() { Judgment = TestPairs.Judgment(13) }));
    }

    private static int Number(JudgmentId id) => (int)Formats.Ulid.ToBits(id.Value);

    private static void Retract(ShardStory story) => story.Apply(LedgerShardRules.Retract(story.Index, TestPairs.Judgment(1), s_first)!);

    private static JudgmentReinstated Reinstate(ShardStory story)
    {
        var back = LedgerShardRules.Reinstate(story.Index, TestPairs.Judgment(1), s_first)!;
        story.Apply(back);
        return back;
    }
}
