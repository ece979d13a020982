using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

public sealed class LedgerShardRulesTests
{
    private const int Ada = 1;
    private const int Bo = 2;
    private const int Cy = 3;
    private static readonly PairRecord s_pair = TestPairs.Pair(1);
    private static readonly PairRecord s_twice = TestPairs.Pair(2, overlap: 2);

    [Fact]
    public void Head_to_head_comes_first_then_priority_then_arrival()
    {
        var (late, urgent, first, duel) = (TestPairs.Pair(1), TestPairs.Pair(2, priority: 5), TestPairs.Pair(3), TestPairs.Pair(4, purpose: Purpose.HeadToHead, priority: -9, origin: "r1"));
        var story = new ShardStory(first, urgent, late, duel);
        Assert.Equal([duel.Id, urgent.Id, first.Id, late.Id], story.LeasedPairs(Ada));
    }

    [Fact]
    public void A_pair_with_one_slot_is_leased_to_one_at_a_time()
    {
        var story = new ShardStory(s_pair);
        Assert.Single(story.LeasedPairs(Ada));
        story.Now += TimeSpan.FromMinutes(10);
        var none = story.Lease(Bo);
        Assert.Null(none.Granted);
        Assert.Equal(1, none.HeldByOthers);
        Assert.Equal(ShardStory.Noon.AddMinutes(30), LedgerTime.To(none.NextLapse!.Value), TimeSpan.FromMilliseconds(1));
        story.Now += TimeSpan.FromMinutes(21);
        Assert.Single(story.LeasedPairs(Bo));
    }

    [Fact]
    public void Nobody_gets_a_pair_again_that_he_holds_judged_or_skipped()
    {
        var story = new ShardStory(s_twice, TestPairs.Pair(3, overlap: 3), TestPairs.Pair(4, overlap: 2));
        Assert.Equal(3, story.LeasedPairs(Ada).Length);
        Assert.Empty(story.LeasedPairs(Ada));
        story.Submit(1, s_twice, Ada);
        story.Submit(2, TestPairs.Pair(3, overlap: 3), Ada, ShownChoice.Skip);
        story.Now += TimeSpan.FromHours(2);
        Assert.Equal([TestPairs.Pair(4).Id], story.LeasedPairs(Ada));
        Assert.Equal(3, story.LeasedPairs(Bo).Length);
    }

    [Fact]
    public void Activity_renews_the_other_leases_and_does_not_wake_lapsed_ones()
    {
        var story = new ShardStory(s_pair, s_twice);
        story.Lease(Ada, 2);
        story.Now += TimeSpan.FromMinutes(25);
        story.Submit(1, s_twice, Ada);
        story.Now += TimeSpan.FromMinutes(25);
        Assert.DoesNotContain(s_pair.Id, story.LeasedPairs(Bo));
        story.Now += TimeSpan.FromMinutes(6);
        story.Submit(2, s_twice, Ada, ShownChoice.Undo, supersedes: 1);
        Assert.Contains(s_pair.Id, story.LeasedPairs(Cy));
    }

    [Fact]
    public void Released_pairs_are_free_at_once()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        var released = LedgerShardRules.Release(story.Index, TestPairs.Annotator(Ada), LedgerTime.From(story.Now) + 10);
        story.Apply(released!);
        Assert.Single(released!.Leases);
        Assert.Null(LedgerShardRules.Release(story.Index, TestPairs.Annotator(Ada), LedgerTime.From(story.Now) + 20));
        Assert.Single(story.LeasedPairs(Bo));
        Assert.True(story.Submit(1, s_pair, Ada).Counted);
    }

    [Fact]
    public void A_judgment_after_its_lease_lapsed_takes_a_slot_that_is_free()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Now += TimeSpan.FromDays(3);
        var decision = story.Submit(1, s_pair, Ada);
        Assert.True(decision.Counted);
        Assert.Null(decision.Revoked);
    }

    [Fact]
    public void A_judgment_after_its_lease_lapsed_takes_a_slot_that_is_only_leased()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Now += TimeSpan.FromMinutes(31);
        story.Lease(Bo);
        var decision = story.Submit(1, s_pair, Ada);
        Assert.True(decision.Counted);
        Assert.Equal(TestPairs.Annotator(Bo), decision.Revoked!.Annotator);
        Assert.Equal(0, story.Index.Pair(0).Leased);
        Assert.False(story.Submit(2, s_pair, Bo).Counted);
    }

    [Fact]
    public void A_judgment_that_finds_the_slots_full_is_kept_as_surplus()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Now += TimeSpan.FromMinutes(31);
        story.Lease(Bo);
        story.Submit(1, s_pair, Bo);
        var decision = story.Submit(2, s_pair, Ada);
        Assert.False(decision.Counted);
        Assert.Null(decision.Refusal);
        Assert.Equal(1, story.Status.CountedVotes);
        Assert.Equal(2, story.Index.JudgmentsAt(0, long.MaxValue).Length);
    }

    [Fact]
    public void A_lease_in_force_always_has_its_slot()
    {
        var story = new ShardStory(s_twice);
        story.Lease(Ada);
        story.Lease(Bo);
        Assert.Null(story.Lease(Cy).Granted);
        Assert.True(story.Submit(1, s_twice, Bo).Counted);
        Assert.True(story.Submit(2, s_twice, Ada).Counted);
        Assert.Equal(0, story.Status.OpenVoteSlots);
    }

    [Fact]
    public void One_annotator_has_one_counted_vote_of_a_pair()
    {
        var story = new ShardStory(s_twice);
        story.Lease(Ada);
        Assert.True(story.Submit(1, s_twice, Ada).Counted);
        Assert.False(story.Submit(2, s_twice, Ada).Counted);
        Assert.Equal(1, story.Status.OpenVoteSlots);
    }

    [Fact]
    public void The_same_judgment_again_succeeds_and_adds_nothing()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        var command = story.Command(1, s_pair, Ada);
        story.Submit(command);
        var again = story.Submit(command);
        Assert.Null(again.Judgment);
        Assert.Null(again.Refusal);
        Assert.True(again.Counted);
    }

    [Fact]
    public void The_same_id_with_another_body_is_refused()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        var command = story.Command(1, s_pair, Ada);
        story.Submit(command);
        Assert.Equal(RefusalCodes.JudgmentIdReused, story.Submit(command with { Choice = ShownChoice.Right }).Refusal!.Code);
        Assert.Equal(RefusalCodes.JudgmentIdReused, story.Submit(command with { Guideline = 2 }).Refusal!.Code);
    }

    [Fact]
    public void A_skip_frees_the_slot_and_keeps_its_annotator_away()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        Assert.False(story.Submit(1, s_pair, Ada, ShownChoice.Skip).Counted);
        Assert.Empty(story.LeasedPairs(Ada));
        Assert.Single(story.LeasedPairs(Bo));
    }

    [Fact]
    public void Three_skips_open_a_review()
    {
        var story = new ShardStory(s_pair);
        foreach (var annotator in new[] { Ada, Bo, Cy })
        {
            story.Lease(annotator);
            var review = story.Submit(annotator, s_pair, annotator, ShownChoice.Skip).Review;
            Assert.Equal(annotator == Cy ? "skips" : null, review?.Cause);
        }

        Assert.Equal((1, 0), (story.Status.InReview, story.Status.OpenVoteSlots));
        Assert.Empty(story.LeasedPairs(4));
    }

    [Fact]
    public void One_report_opens_a_review_and_its_undo_closes_it()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        Assert.Equal("report", story.Submit(1, s_pair, Ada, ShownChoice.Report).Review!.Cause);
        Assert.Empty(story.LeasedPairs(Bo));
        story.Submit(2, s_pair, Ada, ShownChoice.Undo, supersedes: 1);
        Assert.Equal(0, story.Status.InReview);
        Assert.Single(story.LeasedPairs(Bo));
    }

    [Fact]
    public void A_late_vote_on_a_pair_in_review_still_counts()
    {
        var story = new ShardStory(s_twice);
        story.Lease(Ada);
        story.Lease(Bo);
        story.Submit(1, s_twice, Ada, ShownChoice.Report);
        Assert.True(story.Submit(2, s_twice, Bo).Counted);
    }

    [Fact]
    public void An_undo_withdraws_and_frees_the_slot()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Submit(1, s_pair, Ada);
        Assert.IsType<JudgmentWithdrawn>(story.Submit(2, s_pair, Ada, ShownChoice.Undo, supersedes: 1).Judgment);
        Assert.Equal((0, 1), (story.Status.CountedVotes, story.Status.OpenVoteSlots));
        Assert.Null(story.Submit(2, s_pair, Ada, ShownChoice.Undo, supersedes: 1).Refusal);
        Assert.Null(story.Submit(3, s_pair, Ada, ShownChoice.Undo, supersedes: 1).Judgment);
        Assert.True(story.Submit(4, s_pair, Ada).Counted);
    }

    [Fact]
    public void An_edit_takes_the_slot_of_what_it_replaces()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Submit(1, s_pair, Ada);
        var edit = story.Submit(2, s_pair, Ada, ShownChoice.Tie, supersedes: 1);
        Assert.True(edit.Counted);
        Assert.Equal(TestPairs.Judgment(1), ((JudgmentRecorded)edit.Judgment!).Supersedes);
        Assert.Equal(TestPairs.Judgment(2), Assert.Single(story.Index.JudgmentsAt(0, long.MaxValue)).Id);
        story.Submit(3, s_pair, Ada, ShownChoice.Skip, supersedes: 2);
        Assert.Equal(1, story.Status.OpenVoteSlots);
    }

    [Fact]
    public void An_edit_of_what_was_replaced_already_replaces_the_newest()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        story.Submit(1, s_pair, Ada);
        story.Submit(2, s_pair, Ada, ShownChoice.Tie, supersedes: 1);
        var late = story.Submit(3, s_pair, Ada, ShownChoice.BothBad, supersedes: 1);
        Assert.Equal(TestPairs.Judgment(2), ((JudgmentRecorded)late.Judgment!).Supersedes);
        Assert.Equal(1, story.Status.CountedVotes);
    }

    [Fact]
    public void Another_annotators_judgment_cannot_be_replaced()
    {
        var story = new ShardStory(s_twice);
        story.Lease(Ada);
        story.Lease(Bo);
        story.Submit(1, s_twice, Ada);
        Assert.Equal(RefusalCodes.UnknownJudgment, story.Submit(2, s_twice, Bo, ShownChoice.Undo, supersedes: 1).Refusal!.Code);
        Assert.Equal(RefusalCodes.UnknownJudgment, story.Submit(3, s_twice, Bo, ShownChoice.Tie, supersedes: 9).Refusal!.Code);
    }

    [Fact]
    public void What_was_never_leased_is_refused()
    {
        var story = new ShardStory(s_pair, s_twice);
        Assert.Equal(RefusalCodes.NotLeased, story.Submit(1, s_pair, Ada).Refusal!.Code);
        story.Lease(Bo, 2);
        Assert.Equal(RefusalCodes.NotLeased, story.Submit(2, s_pair, Ada).Refusal!.Code);
        Assert.Equal(RefusalCodes.UnknownLease, story.Submit(story.Command(3, s_pair, Bo) with { Lease = new("le_" + Formats.Ulid.FromBits(77)) }).Refusal!.Code);
        Assert.Equal(RefusalCodes.UnknownPair, story.Submit(4, TestPairs.Pair(99), Bo).Refusal!.Code);
    }

    [Fact]
    public void A_verdict_that_contradicts_itself_is_refused()
    {
        var story = new ShardStory(s_pair);
        story.Lease(Ada);
        var good = story.Command(1, s_pair, Ada);
        SubmitJudgment[] bad =
        [
            good with { Choice = ShownChoice.Tie, Strength = 2 },
            good with { Strength = 4 },
            good with { Choice = ShownChoice.Undo },
            good with { Choice = (ShownChoice)44 },
            good with { Id = new("not a ulid") },
            good with { Reasons = ["Free text of a person"] },
            good with { Input = "mind" },
            good with { ActiveMilliseconds = -1 },
        ];
        Assert.All(bad, command => Assert.Equal(RefusalCodes.BadVerdict, story.Submit(command).Refusal!.Code));
    }

    [Fact]
    public void The_choice_is_stored_in_canonical_order()
    {
        var seen = new HashSet<(ShownOrder, Choice)>();
        for (var number = 0; number < 40; number++)
        {
            var pair = TestPairs.Pair(number);
            var story = new ShardStory([.. Enumerable.Range(0, number + 1).Select(n => TestPairs.Pair(n))]);
            for (var taken = 0; taken <= number; taken++)
            {
                story.Lease(Ada);
            }

            var judgment = (JudgmentRecorded)story.Submit(1, pair, Ada, ShownChoice.Left).Judgment!;
            Assert.Equal(judgment.Lease.Order, judgment.Order);
            seen.Add((judgment.Order, judgment.Verdict.Choice));
        }

        Assert.Equal([(ShownOrder.Ab, Choice.A), (ShownOrder.Ba, Choice.B)], seen.Order());
    }

    [Fact]
    public void A_judgment_has_the_purpose_of_its_pair()
    {
        var duel = TestPairs.Pair(1, purpose: Purpose.HeadToHead, origin: "r4");
        var story = new ShardStory(duel);
        story.Lease(Ada);
        Assert.Equal(Purpose.HeadToHead, ((JudgmentRecorded)story.Submit(1, duel, Ada).Judgment!).Purpose);
        Assert.Equal(0, story.Status.CountedVotes);
        Assert.Equal(1, story.Status.HeadToHead["r4"]);
    }

    [Fact]
    public void Closed_pairs_want_no_votes_and_keep_what_still_comes()
    {
        var duel = TestPairs.Pair(9, purpose: Purpose.HeadToHead, origin: "r4");
        var story = new ShardStory(duel, s_pair);
        story.Lease(Ada);
        story.Apply(LedgerShardRules.Close(story.Index, "r4", []).Value!);
        Assert.Equal([s_pair.Id], story.LeasedPairs(Bo));
        Assert.False(story.Submit(1, duel, Ada).Counted);
        Assert.Null(LedgerShardRules.Close(story.Index, "r4", []).Value);
        Assert.Equal(RefusalCodes.UnknownPair, LedgerShardRules.Close(story.Index, "why", [TestPairs.Pair(50).Id]).Refusal!.Code);
    }

    [Fact]
    public void Open_slots_are_counted_by_origin()
    {
        var story = new ShardStory(TestPairs.Pair(1, overlap: 3, origin: "g1"), TestPairs.Pair(2, origin: "g2"), TestPairs.Pair(3, overlap: 2, purpose: Purpose.HeadToHead, origin: "r1"));
        Assert.Equal(4, story.Status.OpenVoteSlots);
        Assert.Equal(3, story.Status.OpenByOrigin["g1"]);
        story.Lease(Ada, 4);
        story.Submit(1, TestPairs.Pair(2, origin: "g2"), Ada);
        Assert.Equal(0, story.Status.OpenByOrigin["g2"]);
        Assert.False(story.Status.OpenByOrigin.ContainsKey("r1"));
    }
}
