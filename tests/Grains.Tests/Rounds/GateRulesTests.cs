using System.Collections.Immutable;
using Orleans.Dpo.Grains.Rounds;

namespace Orleans.Dpo.Grains.Tests.Rounds;

public sealed class GateRulesTests
{
    private static readonly PolicyMeasures s_start = new() { Policy = "p1", Responses = "", MeanTokens = 20, Finished = 1, Distinct2 = 0.24 };
    private static readonly PolicyMeasures s_parent = new() { Policy = "p2", Responses = "", KlToStart = 0.5, MeanTokens = 20, Finished = 1, Distinct2 = 0.22 };
    private static readonly PolicyMeasures s_good = new()
    {
        Policy = "p3", Responses = "", KlToStart = 1.2, MeanTokens = 21, Finished = 0.99, Distinct2 = 0.2, OddRate = 0.01, ChosenLogpShift = -0.5, PairAccuracy = 0.6,
    };

    public static TheoryData<string, PolicyMeasures> Trips => new()
    {
        { "kl is 3.6, it must be ≤ 3.5; kl-growth is 3.1, it must be ≤ 1.5", s_good with { KlToStart = 3.6 } },
        { "kl-growth is 1.6, it must be ≤ 1.5", s_good with { KlToStart = 2.1 } },
        { "length-ratio is 1.35, it must be 0.75 to 1.3", s_good with { MeanTokens = 27 } },
        { "length-ratio is 0.7, it must be 0.75 to 1.3", s_good with { MeanTokens = 14 } },
        { "finished is 0.97, it must be ≥ 0.98", s_good with { Finished = 0.97 } },
        { "distinct-2-ratio is 0.5, it must be ≥ 0.6", s_good with { Distinct2 = 0.12 } },
        { "odd-rate is 0.06, it must be ≤ 0.05", s_good with { OddRate = 0.06 } },
        { "chosen-logp-fall is 11, it must be ≤ 10", s_good with { ChosenLogpShift = -11 } },
        { "pair-accuracy is 0.3, it must be ≥ 0.4", s_good with { PairAccuracy = 0.3 } },
        { "odd-rate is NaN, it must be ≤ 0.05", s_good with { OddRate = double.NaN } },
    };

    [Theory]
    [MemberData(nameof(Trips))]
    public void Each_guard_rejects_and_says_which_and_why(string reason, PolicyMeasures candidate)
    {
        var report = GateRules.Decide(Round(GateProfile.Trial, candidate), new([], []));
        Assert.False(report.Promote);
        Assert.Equal($"Not promoted: {reason}.", report.Reason);
    }

    [Fact]
    public void A_trial_promotes_on_guards_and_claims_nothing_more()
    {
        var report = GateRules.Decide(Round(GateProfile.Trial, s_good), new([], []));
        Assert.True(report.Promote);
        Assert.Equal("All 8 guards hold for p3. Trial profile: n is too small to claim that it is better than p2.", report.Reason);
        Assert.Null(report.VsParent);
    }

    [Fact]
    public void Pair_accuracy_is_not_looked_at_below_twenty_held_out_pairs()
    {
        var round = Round(GateProfile.Trial, s_good with { PairAccuracy = 0 });
        Assert.False(GateRules.Decide(round, new([], [])).Promote);
        Assert.True(GateRules.Decide(round with { HeldOutPairs = 19 }, new([], [])).Promote);
    }

    [Fact]
    public void A_candidate_that_is_as_good_as_its_parent_and_better_than_the_start_is_promoted()
    {
        // Against the parent 128 wins, 128 losses: mean .5, bounds about .5 ± .061 = 1.96·√(.25/256), so .439 misses .45.
        // With 64 wins, 64 losses, 128 ties the spread halves: .5 ± .043, and .457 holds.
        var even = Scores(wins: 128, losses: 128, ties: 0);
        var calm = Scores(wins: 64, losses: 64, ties: 128);
        var clear = Scores(wins: 180, losses: 76, ties: 0);
        var rejected = GateRules.Decide(Round(GateProfile.Strict, s_good), new(even, clear));
        Assert.False(rejected.Promote);
        Assert.Contains("vs-parent-lower-bound", rejected.Reason, StringComparison.Ordinal);
        Assert.InRange(rejected.VsParent!.Low, 0.43, 0.448);
        var promoted = GateRules.Decide(Round(GateProfile.Strict, s_good), new(calm, clear));
        Assert.True(promoted.Promote, promoted.Reason);
        Assert.InRange(promoted.VsParent!.Low, 0.45, 0.465);
        Assert.Equal(180 / 256.0, promoted.VsStart!.Rate, 12);
    }

    [Fact]
    public void Noise_that_passes_every_guard_fails_against_the_start_policy()
    {
        var report = GateRules.Decide(Round(GateProfile.Strict, s_good), new(Scores(150, 106, 0), Scores(121, 135, 0)));
        Assert.False(report.Promote);
        Assert.Contains("vs-start-lower-bound", report.Reason, StringComparison.Ordinal);
        Assert.Contains("p3 wins 58.6 %", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fewer_than_two_hundred_judged_prompts_promote_nobody()
    {
        var few = Scores(199, 0, 0);
        var report = GateRules.Decide(Round(GateProfile.Strict, s_good), new(few, few));
        Assert.False(report.Promote);
        Assert.StartsWith("Not promoted: head-to-head-prompts is 199, it must be ≥ 200.", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void When_parent_and_start_are_one_policy_it_is_judged_once()
    {
        var round = Round(GateProfile.Strict, s_good) with { Parent = "p1" };
        var report = GateRules.Decide(round, new(Scores(150, 50, 0), []));
        Assert.True(report.Promote, report.Reason);
        Assert.Equal(report.VsParent, report.VsStart);
        Assert.Contains("against p1, the start policy, over 200 prompts", report.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_policy_that_was_not_measured_is_an_error_and_not_a_verdict() =>
        Assert.Throws<InvalidOperationException>(() => GateRules.Decide(Round(GateProfile.Trial, s_good) with { Parent = "p7" }, new([], [])));

    [Fact]
    public void The_interval_is_exact_where_it_can_be_and_the_same_every_time()
    {
        Assert.Equal((1.0, 1.0, 1.0), Interval(Scores(300, 0, 0)));
        Assert.Equal((0.5, 0.5, 0.5), Interval(Scores(0, 0, 300)));
        var (rate, low, high) = Interval(Scores(154, 102, 0));
        Assert.Equal(154 / 256.0, rate, 12);

        // Normal approximation: .6016 ± 1.96·√(.6016·.3984/256) = [.5416, .6615].
        Assert.InRange(low, 0.5316, 0.5516);
        Assert.InRange(high, 0.6515, 0.6715);
        Assert.Equal((rate, low, high), Interval(Scores(154, 102, 0)));
    }

    [Fact]
    public void The_random_stream_never_changes() =>
        Assert.Equal([178, 47, 119, 219, 213, 159, 77, 14], Enumerable.Range(0, 8).Select(i => Bootstrap.Draw((ulong)i, 256)));

    private static (double Rate, double Low, double High) Interval(ImmutableArray<PromptScore> scores)
    {
        var rate = Bootstrap.WinRateOf(scores);
        return (rate.Rate, rate.Low, rate.High);
    }

    private static ImmutableArray<PromptScore> Scores(int wins, int losses, int ties) =>
    [
        .. Enumerable.Repeat(new PromptScore(1, 0, 0), wins), .. Enumerable.Repeat(new PromptScore(0, 1, 0), losses), .. Enumerable.Repeat(new PromptScore(0, 0, 1), ties),
    ];

    private static RoundView Round(GateProfile profile, PolicyMeasures candidate) => new()
    {
        Number = 2, State = RoundState.Evaluating, Settings = new() { Gate = new() { Profile = profile } }, Trigger = "manual", Planned = default, Parent = "p2", Start = "p1",
        Reference = "p1", Candidate = "p3", Measures = [s_start, s_parent, candidate], HeldOutPairs = 40,
    };
}
