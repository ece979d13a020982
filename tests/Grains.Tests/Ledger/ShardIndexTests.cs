using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Ledger;

public sealed class ShardIndexTests
{
    /// <summary>Random lives: the totals equal a count of everything, the slots hold, and a snapshot or a replay gives the same state.</summary>
    [Fact]
    public void Totals_and_slots_hold_through_random_lives_and_reloads()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var pairs = Enumerable.Range(0, 6).Select(n => TestPairs.Pair(n, overlap: 1 + (n % 3), purpose: n == 5 ? Purpose.HeadToHead : Purpose.Vote)).ToArray();
            var story = new ShardStory(pairs);
            for (var id = 1; id < 120; id++)
            {
                var (annotator, pair) = (random.Next(4), pairs[random.Next(pairs.Length)]);
                switch (random.Next(5))
                {
                    case 0:
                        story.Lease(annotator, random.Next(1, 5));
                        break;
                    case 1:
                        story.Now += TimeSpan.FromMinutes(random.Next(40));
                        break;
                    case 2 when random.Next(5) == 0:
                        story.Reload();
                        break;
                    default:
                        story.Submit(id, pair, annotator, (ShownChoice)random.Next(7), random.Next(3) == 0 ? random.Next(1, id + 1) : null);
                        break;
                }

                Check(story, pairs, seed);
            }
        }
    }

    /// <summary>The shortcut through the queue of those who judged much leaves nothing out and keeps the order.</summary>
    [Fact]
    public void Whoever_judged_much_is_offered_the_same_pairs_as_by_looking_at_all()
    {
        for (var seed = 0; seed < 4; seed++)
        {
            var random = new Random(seed);
            var pairs = Enumerable.Range(0, 400).Select(n => TestPairs.Pair(n, overlap: 2, priority: n % 2)).ToArray();
            var story = new ShardStory(pairs);
            for (var id = 1; id < 900; id++)
            {
                var annotator = random.Next(4) == 0 ? 2 : 1;
                var number = story.Index.TryFindAnnotator(TestPairs.Annotator(annotator));
                Assert.Equal(
                    story.Index.Leasable.Where(pair => !story.Index.IsHis(pair, number)),
                    story.Index.LeasableBy(number).Where(pair => !story.Index.IsHis(pair, number)));
                foreach (var pair in story.LeasedPairs(annotator, 2))
                {
                    var record = pairs.Single(record => record.Id == pair);
                    story.Now += TimeSpan.FromMinutes(random.Next(30) == 0 ? 31 : 0);
                    story.Submit((2 * id) + 10_000, record, annotator, (ShownChoice)random.Next(5));
                    if (random.Next(10) == 0)
                    {
                        story.Submit((2 * id) + 10_001, record, annotator, ShownChoice.Undo, supersedes: (2 * id) + 10_000);
                    }

                    id++;
                }
            }
        }
    }

    private static void Check(ShardStory story, PairRecord[] pairs, int seed)
    {
        var (open, counted, review) = (0, 0, 0);
        story.Index.Lapse(LedgerTime.From(story.Now));
        for (var pair = 0; pair < pairs.Length; pair++)
        {
            ref readonly var entry = ref story.Index.Pair(pair);
            var live = story.Index.JudgmentsAt(pair, long.MaxValue);
            Assert.Equal(live.Count(judgment => judgment.Counted), entry.Counted);
            Assert.True(entry.Counted + entry.Leased <= entry.Overlap, $"seed {seed}: {entry.Counted} counted and {entry.Leased} leased of {entry.Overlap}.");
            Assert.Equal(live.Count(judgment => judgment.Counted), live.Where(judgment => judgment.Counted).DistinctBy(judgment => judgment.Annotator).Count());
            var inReview = live.Count(judgment => judgment.Verdict.Choice is Choice.Skip) >= 3 || entry.Reports > 0;
            Assert.Equal(inReview, entry.InReview);
            review += inReview ? 1 : 0;
            counted += pairs[pair].Purpose is Purpose.Vote ? entry.Counted : 0;
            open += pairs[pair].Purpose is Purpose.Vote && entry.IsOpen ? entry.Overlap - entry.Counted : 0;
            Assert.Equal(entry.IsOpen && entry.Free > 0, story.Index.Leasable.Contains(pair));
        }

        Assert.Equal((open, counted, review), (story.Status.OpenVoteSlots, story.Status.CountedVotes, story.Status.InReview));
    }
}
