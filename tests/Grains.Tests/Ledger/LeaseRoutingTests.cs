using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

/// <summary>Published orders of leasing, adaptive overlap, and leases beside the slots.</summary>
public sealed class LeaseRoutingTests
{
    [Fact]
    public void The_listed_pair_with_the_most_to_tell_is_leased_first_and_the_lease_says_so()
    {
        var pairs = Pairs(5);
        var story = new ShardStory(pairs);
        Publish(story, 0.01, fresh: 1, (pairs[3], 5), (pairs[4], 2), (pairs[0], 0.5));
        var leases = story.Lease(1, 4).Granted!.Leases;
        Assert.Equal([pairs[3].Id, pairs[4].Id, pairs[1].Id, pairs[2].Id], leases.Select(lease => lease.Pair));
        Assert.All(leases, lease => Assert.Equal(("information", Math.Round(0.99 + (0.01 / 5), 9)), (lease.Strategy, lease.Propensity)));
    }

    [Fact]
    public void Uniform_draws_reach_every_pair_as_often_as_their_propensity_says()
    {
        var pairs = Pairs(4, overlap: 100);
        var story = new ShardStory(pairs);
        Publish(story, 0.8, fresh: 1, (pairs[2], 5));
        var counts = new Dictionary<PairId, int>();
        for (var annotator = 1; annotator <= 50; annotator++)
        {
            var lease = Assert.Single(story.Lease(annotator).Granted!.Leases);
            Assert.Equal(lease.Pair == pairs[2].Id ? 0.4 : 0.2, lease.Propensity);
            counts[lease.Pair] = counts.GetValueOrDefault(lease.Pair) + 1;
        }

        Assert.InRange(counts[pairs[2].Id], 12, 30);
        Assert.All(pairs, pair => Assert.InRange(counts[pair.Id], 3, 30));
    }

    [Fact]
    public void A_vote_says_by_which_arm_its_pair_was_given()
    {
        var pairs = Pairs(2);
        var story = new ShardStory(pairs);
        Publish(story, 0.5, fresh: 1, (pairs[1], 5));
        var leases = story.Lease(1, 2).Granted!.Leases;
        story.Reload();
        foreach (var lease in leases)
        {
            story.Submit(lease.Pair == pairs[0].Id ? 1 : 2, pairs.Single(pair => pair.Id == lease.Pair), 1);
            var said = Assert.IsType<JudgmentRecorded>(story.Events[^1]);
            Assert.Equal((lease.Strategy, lease.Propensity), (said.Strategy, said.Propensity));
        }
    }

    [Fact]
    public void Without_a_published_order_a_lease_and_its_vote_say_that_the_queue_gave_the_pair()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        var lease = Assert.Single(story.Lease(1).Granted!.Leases);
        Assert.Equal(("queue", 1.0), (lease.Strategy, lease.Propensity));
        story.Reload();
        story.Submit(1, pair, 1);
        var said = Assert.IsType<JudgmentRecorded>(story.Events[^1]);
        Assert.Equal(("queue", 1.0), (said.Strategy, said.Propensity));
    }

    [Fact]
    public void Head_to_head_pairs_stay_first_and_an_order_can_be_switched_off()
    {
        PairRecord[] pairs = [.. Pairs(3), TestPairs.Pair(9, purpose: Purpose.HeadToHead, origin: "r1")];
        var story = new ShardStory(pairs);
        Publish(story, 0.5, fresh: 1, (pairs[2], 5));
        var first = Assert.Single(story.Lease(1).Granted!.Leases);
        Assert.Equal((pairs[3].Id, "queue", 1.0), (first.Pair, first.Strategy, first.Propensity));
        story.Index.Publish(new());
        Assert.Equal((pairs[0].Id, "queue"), (story.Lease(1).Granted!.Leases[0].Pair, story.Lease(2).Granted!.Leases[0].Strategy));
    }

    [Fact]
    public void A_pair_wants_its_least_number_of_votes_until_more_are_asked_for_and_never_more_than_its_overlap()
    {
        var pair = TestPairs.Pair(1, overlap: 3) with { MinOverlap = 1 };
        var story = new ShardStory(pair);
        Assert.Equal(1, story.Status.OpenVoteSlots);
        Vote(story, pair, 1);
        Assert.Empty(story.LeasedPairs(2));
        Assert.Null(LedgerShardRules.Want(story.Index, [new(pair.Id, 4), new(pair.Id, 0), new(TestPairs.Pair(2).Id, 2)]));
        foreach (var (annotator, votes) in new[] { (2, 2), (3, 3) })
        {
            story.Apply(LedgerShardRules.Want(story.Index, [new(pair.Id, votes)])!);
            story.Reload();
            Assert.Equal(1, story.Status.OpenVoteSlots);
            Vote(story, pair, annotator);
        }

        Assert.Empty(story.LeasedPairs(4));
        Assert.Equal((3, 0), (story.Status.CountedVotes, story.Status.OpenVoteSlots));
        Assert.Null(LedgerShardRules.Want(story.Index, [new(pair.Id, 3)]));
    }

    [Fact]
    public void A_late_vote_fills_a_slot_above_the_wanted_ones_but_none_above_the_overlap()
    {
        var pair = TestPairs.Pair(1, overlap: 2) with { MinOverlap = 1 };
        var story = new ShardStory(pair);
        foreach (var annotator in new[] { 1, 2, 3 })
        {
            Assert.Single(story.LeasedPairs(annotator));
            story.Now = story.Now.AddHours(1);
        }

        Assert.True(story.Submit(1, pair, 1).Counted);
        Assert.True(story.Submit(2, pair, 2).Counted);
        Assert.False(story.Submit(3, pair, 3).Counted);
    }

    [Fact]
    public void Gold_fills_no_slot_counts_nowhere_and_is_never_shown_twice()
    {
        var gold = TestPairs.Pair(1, purpose: Purpose.Gold);
        var pair = TestPairs.Pair(2);
        var story = new ShardStory(gold, pair);
        Assert.Equal([pair.Id], story.LeasedPairs(1));
        var lease = story.Probe(1, new(gold.Id, Purpose.Gold, ShownOrder.Ba));
        Assert.NotNull(lease);
        story.Reload();
        Assert.False(story.Submit(1, gold, 1).Counted);
        var said = Assert.IsType<JudgmentRecorded>(story.Events[^1]);
        Assert.Equal((Purpose.Gold, 1), (said.Purpose, said.Probe));
        Assert.Equal((0, 1), (story.Status.CountedVotes, story.Status.OpenVoteSlots));
        Assert.Null(story.Probe(1, new(gold.Id, Purpose.Gold, null)));
        Assert.Null(story.Probe(1, new(pair.Id, Purpose.Gold, null)));
        Assert.NotNull(story.Probe(2, new(pair.Id, Purpose.Gold, null)));
        Assert.Equal(Purpose.Gold, Assert.Single(story.Index.JudgmentsAt(story.Index.TryFindPair(gold.Id), long.MaxValue)).Purpose);
    }

    [Fact]
    public void A_repeat_needs_an_own_vote_comes_once_and_leaves_the_vote_as_it_was()
    {
        var pair = TestPairs.Pair(1, overlap: 2);
        var story = new ShardStory(pair);
        Assert.Null(story.Probe(1, new(pair.Id, Purpose.Repeat, null)));
        Vote(story, pair, 1);
        Assert.NotNull(story.Probe(1, new(pair.Id, Purpose.Repeat, null)));
        Assert.False(story.Submit(50, pair, 1, ShownChoice.Tie).Counted);
        Assert.Null(story.Probe(1, new(pair.Id, Purpose.Repeat, null)));
        var views = story.Index.JudgmentsAt(0, long.MaxValue);
        Assert.Equal([Purpose.Vote, Purpose.Repeat], views.Select(view => view.Purpose));
        Assert.Equal([true, false], views.Select(view => view.Counted));
        Assert.NotNull(story.Submit(51, pair, 1, supersedes: 1).Refusal);
        Assert.False(story.Submit(52, pair, 1, ShownChoice.Left, supersedes: 50).Counted);
        Assert.Equal(1, story.Status.CountedVotes);
    }

    [Fact]
    public void Skipped_probes_open_no_review_and_reported_ones_do()
    {
        var pair = TestPairs.Pair(1, overlap: 5);
        var story = new ShardStory(pair);
        for (var annotator = 1; annotator <= 4; annotator++)
        {
            Assert.NotNull(story.Probe(annotator, new(pair.Id, Purpose.Gold, null)));
            Assert.Null(story.Submit(annotator, pair, annotator, ShownChoice.Skip).Review);
        }

        Assert.NotNull(story.Probe(5, new(pair.Id, Purpose.Gold, null)));
        Assert.NotNull(story.Submit(5, pair, 5, ShownChoice.Report).Review);
        Assert.Null(story.Probe(6, new(pair.Id, Purpose.Gold, null)));
    }

    [Fact]
    public void Adjudication_is_for_one_who_never_saw_the_pair_and_for_one_at_a_time()
    {
        var pair = TestPairs.Pair(1);
        var story = new ShardStory(pair);
        Vote(story, pair, 1);
        var wish = new ProbeWish(pair.Id, Purpose.Adjudication, null);
        Assert.Null(story.Probe(1, wish));
        Assert.NotNull(story.Probe(2, wish));
        Assert.Null(story.Probe(3, wish));
        Assert.False(story.Submit(7, pair, 2, ShownChoice.Right).Counted);
        Assert.Null(story.Probe(3, wish));
        story.Submit(8, pair, 2, ShownChoice.Undo, supersedes: 7);
        Assert.NotNull(story.Probe(3, wish));
    }

    private static void Vote(ShardStory story, PairRecord pair, int annotator)
    {
        Assert.Equal([pair.Id], story.LeasedPairs(annotator));
        Assert.True(story.Submit(annotator, pair, annotator).Counted);
    }

    private static PairRecord[] Pairs(int count, int overlap = 1) => [.. Enumerable.Range(0, count).Select(n => TestPairs.Pair(n, overlap))];

    private static void Publish(ShardStory story, double uniform, double fresh, params (PairRecord Pair, double Score)[] list) =>
        story.Index.Publish(new() { UniformShare = uniform, Fresh = fresh, Pairs = [.. list.Select(entry => new PairPriority(entry.Pair.Id, entry.Score))] });
}
