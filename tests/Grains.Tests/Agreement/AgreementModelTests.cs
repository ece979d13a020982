using System.Diagnostics;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>What the model makes of events.</summary>
public sealed class AgreementModelTests
{
    private static readonly AssignmentSettings s_settings = new() { Routing = AssignmentSettings.Information, GoldShare = 0.1 };

    [Fact]
    public void A_retracted_vote_counts_no_more_and_a_reinstated_one_again()
    {
        var story = new Story(TestPairs.Pair(1, overlap: 3));
        story.Vote(1, 1, Choice.A);
        story.Vote(1, 2, Choice.B);
        story.Fit();
        var before = story.Believed(1);
        story.Happens(new JudgmentRetracted("t1", Story.Judgment(1, 2), TestPairs.Pair(1).Id, "why", "an"));
        Assert.Equal(1, story.Model.Votes);
        Assert.True(story.Believed(1).PABetter > 0.65);
        story.Happens(new JudgmentReinstated("t1", Story.Judgment(1, 2), TestPairs.Pair(1).Id, true, "why", "an"));
        Assert.Equal(2, story.Model.Votes);
        Assert.Equal(before.PABetter, story.Believed(1).PABetter, 0.02);
    }

    [Fact]
    public void The_order_lists_open_pairs_with_votes_contested_ones_first_and_changes_only_when_something_did()
    {
        var story = new Story(TestPairs.Pair(1, overlap: 5), TestPairs.Pair(2, overlap: 5), TestPairs.Pair(3, overlap: 5));
        for (var annotator = 1; annotator <= 4; annotator++)
        {
            story.Vote(1, annotator, Choice.A);
            story.Vote(2, annotator, annotator % 2 == 0 ? Choice.A : Choice.B);
        }

        story.Fit();
        story.Model.Settle(s_settings);
        var order = story.Model.OrderOf(0, must: false)!;
        Assert.Equal([TestPairs.Pair(2).Id, TestPairs.Pair(1).Id], order.Pairs.Select(pair => pair.Pair));
        Assert.True(order.Fresh > order.Pairs[1].Score);
        story.Model.Settle(s_settings);
        Assert.Null(story.Model.OrderOf(0, must: false));
        story.Happens(new EpochBegun(2, "w"));
        Assert.NotNull(story.Model.OrderOf(0, must: false));
    }

    [Fact]
    public void Gold_is_never_given_twice_and_winners_fall_left_and_right_long_and_short_alike()
    {
        var pairs = Enumerable.Range(1, 40).Select(number => TestPairs.Pair(number, purpose: Purpose.Gold) with { AAt = new("x", 0, number % 4 == 0 ? 300 : 200), BAt = new("x", 0, 250) }).ToArray();
        var story = new Story(pairs);
        foreach (var (pair, i) in pairs.Select((pair, i) => (pair, i)))
        {
            story.Model.AddGold(pair.Id, i % 3 == 0 ? Choice.B : Choice.A);
        }

        var (seen, left, longer) = (new HashSet<PairId>(), 0, 0);
        for (var n = 0; n < 16; n++)
        {
            var wish = story.Model.NextGold(TestPairs.Annotator(1), (ulong)n)!;
            Assert.True(seen.Add(wish.Pair));
            story.Happens(new LeaseGranted(TestPairs.Annotator(1), 30, [new(new LeaseId("le_01KE6SGFG00000000000000001"), wish.Pair, wish.Order!.Value) { Purpose = Purpose.Gold, Probe = 1 }]));
            var index = Array.FindIndex(pairs, pair => pair.Id == wish.Pair);
            var answer = index % 3 == 0 ? Choice.B : Choice.A;
            left += answer is Choice.A == wish.Order is ShownOrder.Ab ? 1 : -1;
            longer += (pairs[index].AAt.Length > pairs[index].BAt.Length) == (answer is Choice.A) ? 1 : -1;
        }

        Assert.InRange(left, -1, 1);
        Assert.InRange(longer, -1, 1);
        for (var n = 16; n < 40; n++)
        {
            var wish = story.Model.NextGold(TestPairs.Annotator(1), (ulong)n)!;
            story.Model.Refused(TestPairs.Annotator(1), wish);
            Assert.True(seen.Add(wish.Pair));
        }

        Assert.Null(story.Model.NextGold(TestPairs.Annotator(1), 99));
        Assert.NotNull(story.Model.NextGold(TestPairs.Annotator(2), 99));
    }

    [Fact]
    public void Repeats_are_mirrored_and_their_winners_fall_left_and_right_long_and_short_alike()
    {
        var pairs = Enumerable.Range(1, 200).Select(number => TestPairs.Pair(number) with { AAt = new("x", 0, number % 4 == 0 ? 300 : 200), BAt = new("x", 0, 250) }).ToArray();
        var story = new Story(pairs);
        for (var number = 1; number <= 200; number++)
        {
            story.Vote(number, 1, number % 5 == 0 ? Choice.B : Choice.A, aOnLeft: number % 3 != 0);   // who prefers one side and one length
        }

        var (seen, left, longer) = (new HashSet<PairId>(), 0, 0);
        for (var n = 0; n < 40; n++)
        {
            var wish = story.Model.NextRepeat(TestPairs.Annotator(1), gap: 20, (ulong)n)!;
            Assert.True(seen.Add(wish.Pair));
            story.Happens(new LeaseGranted(TestPairs.Annotator(1), 30, [new(new LeaseId("le_01KE6SGFG00000000000000001"), wish.Pair, wish.Order!.Value) { Purpose = Purpose.Repeat, Probe = 1 }]));
            var number = 1 + Array.FindIndex(pairs, pair => pair.Id == wish.Pair);
            Assert.InRange(number, 1, 180);
            Assert.Equal(number % 3 != 0 ? ShownOrder.Ba : ShownOrder.Ab, wish.Order);
            left += number % 5 != 0 == wish.Order is ShownOrder.Ab ? 1 : -1;
            longer += number % 5 != 0 == (number % 4 == 0) ? 1 : -1;
        }

        Assert.InRange(left, -2, 2);
        Assert.InRange(longer, -2, 2);
    }

    [Fact]
    public void Pairs_that_many_reliable_votes_agree_on_are_mined_as_gold_and_others_are_not()
    {
        var pairs = Enumerable.Range(1, 40).Select(number => TestPairs.Pair(number, overlap: 8)).ToArray();
        var story = new Story(pairs);
        for (var number = 1; number <= 40; number++)
        {
            for (var annotator = 1; annotator <= 6; annotator++)
            {
                story.Vote(number, annotator, number % 2 == 0 ? Choice.A : Choice.B);
            }
        }

        story.Vote(1, 7, Choice.A);
        story.Fit();
        var (touched, _) = story.Model.Settle(s_settings);
        var mined = story.Model.Mine(touched, most: 500);
        Assert.Contains((pairs[1].Id, Choice.A), mined);
        Assert.Contains((pairs[2].Id, Choice.B), mined);
        Assert.DoesNotContain(mined, found => found.Pair == pairs[0].Id);
        Assert.Equal(5, story.Model.Mine(touched, most: 5).Count);
    }

    [Fact]
    public void Blind_comparisons_give_policies_strengths_with_intervals_and_votes_do_not()
    {
        var pairs = Enumerable.Range(1, 60).Select(number => TestPairs.Pair(number, purpose: Purpose.HeadToHead, origin: "r1") with { ASource = "p1", BSource = number % 2 == 0 ? "p2" : "p3" }).ToArray();
        var story = new Story([.. pairs, TestPairs.Pair(99) with { ASource = "p1", BSource = "p9" }]);
        for (var number = 1; number <= 60; number++)
        {
            // p2 beats p1 four times in five, and so does p1 p3.
            story.Vote(number, 1, (number % 2 == 0) == (number % 10 < 8) ? Choice.B : Choice.A, purpose: Purpose.HeadToHead);
        }

        story.Vote(99, 1, Choice.A);
        story.Happens(new JudgmentWithdrawn(TestPairs.Judgment(1), Story.Judgment(60, 1), TestPairs.Pair(60).Id, TestPairs.Annotator(1), new string('0', 32)));
        var (policies, battles) = story.Model.Battles();
        var found = QualityAnalysis.Strengths(policies, battles, DateTimeOffset.UnixEpoch);
        Assert.Equal((59, null, DateTimeOffset.UnixEpoch), (found.Battles, found.Undefined, found.AsOf));
        Assert.Equal(["p2", "p1", "p3"], found.Policies.Select(policy => policy.Policy));
        Assert.Equal([29, 59, 30], found.Policies.Select(policy => policy.Battles));
        Assert.All(found.Policies, policy => Assert.InRange(policy.Strength, policy.Interval!.Value.Low, policy.Interval.Value.High));
        Assert.True(found.Policies[0].Interval!.Value.Low > found.Policies[2].Interval!.Value.High);
    }

    [Fact]
    public void Quality_of_nothing_says_why_there_is_no_number()
    {
        var quality = QualityAnalysis.Of(new AgreementModel(1).Copy(s_settings), DateTimeOffset.UnixEpoch);
        Assert.Equal((null, 0, "No unit has two ratings."), (quality.RawAgreement, quality.Votes, quality.AlphaNominal.Undefined));
        Assert.Contains("Fewer than", quality.TimingUndefined, StringComparison.Ordinal);
        Assert.Equal("There are fewer than two policies.", QualityAnalysis.Strengths([], [], default).Undefined);
    }

    [Fact]
    public void Orders_of_one_ranking_are_compared_two_by_two_as_long_as_they_live_and_are_in_nothing_else()
    {
        var story = new Story();
        Assert.Equal("No ranking was put in order by two people.", Tau().Undefined);
        story.Order(1, 1, "0>1>2>3");
        story.Order(1, 2, "0>2>1>3");
        story.Order(1, 3, "3>0>2>1");
        story.Order(2, 1, "0=1=2");

        // 5 of 6 alike (2/3), 2 of 6 (−1/3), 3 of 6 (0); the order alone on the other ranking is compared with nothing.
        Assert.Equal((1 / 9.0, 3), (Tau().Value!.Value, Tau().Units), (one, other) => one.Item2 == other.Item2 && Math.Abs(one.Item1 - other.Item1) < 1e-12);
        story.Happens(new JudgmentWithdrawn(TestPairs.Judgment(1), Story.Judgment(1, 3), TestPairs.Pair(1).Id, TestPairs.Annotator(3), new string('0', 32)));
        Assert.Equal(2 / 3.0, Tau().Value!.Value, 1e-12);
        story.Happens(new JudgmentRetracted("t1", Story.Judgment(1, 2), TestPairs.Pair(1).Id, "why", "an"));
        Assert.Null(Tau().Value);
        story.Happens(new JudgmentReinstated("t1", Story.Judgment(1, 2), TestPairs.Pair(1).Id, true, "why", "an"));
        Assert.Equal(2 / 3.0, Tau().Value!.Value, 1e-12);
        story.Order(2, 2, "2>1>0");
        story.Happens(new JudgmentRetracted("t2", Story.Judgment(1, 2), TestPairs.Pair(1).Id, "why", "an"));
        Assert.Equal("Of each two orders of a ranking one ties everything.", Tau().Undefined);
        Assert.Equal(0, story.Model.Votes);

        Statistic Tau() => QualityAnalysis.Of(story.Model.Copy(s_settings), null).TauB;
    }

    [Fact]
    public void Copied_scripts_and_patterns_are_named_and_honest_annotators_are_not()
    {
        var pairs = Enumerable.Range(1, 120).Select(number => TestPairs.Pair(number, overlap: 10)).ToArray();
        var story = new Story(pairs);
        var random = new Random(3);
        for (var number = 1; number <= 120; number++)
        {
            var truth = random.Next(2) == 0 ? Choice.A : Choice.B;
            for (var annotator = 1; annotator <= 4; annotator++)
            {
                story.Vote(number, annotator, truth, random.Next(2) == 0);
            }

            var scripted = number * 7 % 5 < 2;
            foreach (var copier in new[] { 5, 6 })
            {
                var order = random.Next(2) == 0;
                story.Vote(number, copier, scripted == order ? Choice.A : Choice.B, order);
            }
        }

        story.Fit();
        var people = QualityAnalysis.Of(story.Model.Copy(s_settings), null).Annotators.ToDictionary(person => person.Annotator);
        Assert.Equal(TestPairs.Annotator(6), people[TestPairs.Annotator(5)].SameScriptAs);
        for (var annotator = 1; annotator <= 4; annotator++)
        {
            Assert.False(people[TestPairs.Annotator(annotator)].HasPattern);
            Assert.Null(people[TestPairs.Annotator(annotator)].SameScriptAs);
        }
    }

    /// <summary>In the long tier with a million judgments, else with a fiftieth: after them each judgment, with orders and wanted votes, looks at no more than 150 others.</summary>
    [Fact]
    public void A_judgment_costs_the_same_after_a_million_others()
    {
        var (count, annotators) = Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all" ? (1_000_000, 500) : (20_000, 50);
        var pairs = Enumerable.Range(0, count / 5).Select(number => TestPairs.Pair(number, overlap: 6)).ToArray();
        var story = new Story(pairs);
        var random = new Random(1);
        for (var n = 0; n < count; n++)
        {
            story.Vote(n / 5, 1 + ((n / 5) + (n % 5 * 7)) % annotators, random.Next(4) == 0 ? Choice.B : Choice.A, random.Next(2) == 0);
        }

        story.Fit();
        story.Model.Settle(s_settings);
        story.Model.OrderOf(0, must: true);
        var (watch, before) = (Stopwatch.StartNew(), story.Model.Visits);
        for (var n = 0; n < 1000; n++)
        {
            story.Vote(random.Next(pairs.Length), annotators + 1 + (n % 2 * random.Next(3)), Choice.A, random.Next(2) == 0);
            story.Vote(random.Next(pairs.Length), 1 + random.Next(annotators), Choice.A, random.Next(2) == 0);
        }

        story.Model.Settle(s_settings);
        story.Model.OrderOf(0, must: true);
        var visits = (story.Model.Visits - before) / 2000.0;
        Assert.InRange(visits, 10, 150);
        Console.WriteLine($"2,000 judgments after {count:N0} looked at {visits:N1} others each and took {watch.ElapsedMilliseconds} ms");
    }

    /// <summary>A model with the events of one shard.</summary>
    private sealed class Story
    {
        private readonly PairRecord[] _pairs;
        private long _seq;

        public Story(params PairRecord[] pairs)
        {
            _pairs = pairs;
            Model.Apply(0, Entry(new PairsAdded("x", new string('0', 64), pairs.Length)), [.. pairs.Select(pair => new PairRow(pair, 0, 0))]);
        }

        public AgreementModel Model { get; } = new(1);

        public void Happens(LedgerEvent happened) => Model.Apply(0, Entry(happened));

        public static JudgmentId Judgment(int pair, int annotator) => TestPairs.Judgment((pair * 100_000L) + annotator);

        /// <param name="pair">Number of the pair as TestPairs makes it.</param>
        /// <param name="annotator">Number.</param>
        /// <param name="choice">Canonical.</param>
        /// <param name="aOnLeft">Shown order.</param>
        /// <param name="purpose">What for.</param>
        public void Vote(int pair, int annotator, Choice choice, bool aOnLeft = true, Purpose purpose = Purpose.Vote) => Happens(new JudgmentRecorded
        {
            Id = TestPairs.Judgment(_seq < 1_000_000 && _pairs.Length < 1000 ? (pair * 100_000L) + annotator : 1_000_000_000_000L + _seq),
            Pair = Find(pair),
            Annotator = TestPairs.Annotator(annotator),
            Lease = new LeaseId("le_01KE6SGFG00000000000000001"),
            Verdict = new(choice, null),
            Purpose = purpose,
            Order = aOnLeft ? ShownOrder.Ab : ShownOrder.Ba,
            Counted = true,
            ActiveMilliseconds = 5000,
            Body = new string('0', 32),
        });

        /// <summary>An order of the responses of a ranking.</summary>
        public void Order(int ranking, int annotator, string order) => Happens(new JudgmentRecorded
        {
            Id = Judgment(ranking, annotator),
            Pair = TestPairs.Pair(ranking).Id,
            Annotator = TestPairs.Annotator(annotator),
            Lease = new LeaseId("le_01KE6SGFG00000000000000001"),
            Verdict = new(Choice.A, null),
            Ranking = Ranking.Parse(order),
            Purpose = Purpose.Ranking,
            Order = ShownOrder.Ab,
            Counted = true,
            ActiveMilliseconds = 5000,
            Body = new string('0', 32),
        });

        public void Fit()
        {
            var input = Model.BeginFit();
            var fit = JointPairModel.Fit(input);
            Model.EndFit(new OnlinePosterior(input, fit), fit);
        }

        public JointItem Believed(int pair) => Model.Find(TestPairs.Pair(pair).Id)!.Value;

        private PairId Find(int number) => _pairs.Length >= 1000 ? _pairs[number].Id : TestPairs.Pair(number).Id;

        private LedgerEntry Entry(LedgerEvent happened) => new(++_seq, DateTimeOffset.UnixEpoch.AddSeconds(_seq), _seq, "", happened);
    }
}
