using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>How many votes a pair wants, and when an annotator is paused.</summary>
public sealed class AssignmentRulesTests
{
    private static readonly AssignmentSettings s_settings = new() { GoldPass = 0.7, LeastReliability = 0.25 };

    [Theory]
    [InlineData(0, 0.5, null, 2)]          // no votes yet
    [InlineData(1, 0.74, Choice.A, 2)]     // fewer than the least
    [InlineData(2, 0.87, Choice.A, 2)]     // they agree
    [InlineData(2, 0.55, Choice.A, 3)]     // they agree, but are not to be relied on
    [InlineData(2, 0.5, Choice.Tie, 2)]    // they agree on a tie
    [InlineData(2, 0.6, null, 3)]          // they differ
    [InlineData(3, 0.97, null, 3)]         // they differ, and it is decided
    [InlineData(4, 0.8, null, 5)]
    [InlineData(5, 0.8, null, 5)]          // no more than the most
    public void A_pair_wants_one_more_vote_where_those_it_has_disagree_and_do_not_decide_it(int votes, double posterior, Choice? unanimous, int wanted) =>
        Assert.Equal(wanted, OverlapRules.Wanted(votes is 0 ? null : Item(votes, posterior), unanimous, least: 2, most: 5, confidence: 0.95));

    [Fact]
    public void A_dispute_has_all_its_votes_and_they_differ()
    {
        Assert.True(OverlapRules.IsDisputed(Item(3, 0.6), null, most: 3, confidence: 0.95));
        Assert.False(OverlapRules.IsDisputed(Item(2, 0.6), null, most: 3, confidence: 0.95));
        Assert.False(OverlapRules.IsDisputed(Item(3, 0.6), Choice.A, most: 3, confidence: 0.95));
        Assert.False(OverlapRules.IsDisputed(Item(3, 0.96), null, most: 3, confidence: 0.95));
    }

    [Fact]
    public void Gold_evidence_is_a_fair_bet_against_anyone_who_is_good_enough()
    {
        foreach (var pass in new[] { 0.5, 0.7, 0.9 })
        {
            Assert.Equal(1, (pass * Math.Exp(GoldEvidence.Of(1, 0, pass))) + ((1 - pass) * Math.Exp(GoldEvidence.Of(0, 1, pass))), 1e-12);
        }
    }

    [Fact]
    public void Hardly_anyone_who_is_good_enough_is_ever_paused_and_whoever_guesses_soon_is()
    {
        Assert.InRange(PausedOf(0.7, 0.7), 0, 0.05);
        Assert.InRange(PausedOf(0.85, 0.7), 0, 0.01);
        Assert.InRange(PausedOf(0.35, 0.7), 0.95, 1);
    }

    [Fact]
    public void Pauses_name_their_cause_and_come_once()
    {
        var failed = new PauseEvidence(1, 6, GoldEvidence.Of(1, 6, 0.7), null, 40, IsPaused: false);
        Assert.Equal("gold", PauseRules.Decide(failed, s_settings)!.Value.Cause);
        Assert.StartsWith("1 of 7 gold answers were right", PauseRules.Decide(failed, s_settings)!.Value.Evidence, StringComparison.Ordinal);
        Assert.Null(PauseRules.Decide(failed with { IsPaused = true }, s_settings));
        var spammer = new PauseEvidence(0, 0, 0, new JointAnnotator(0, 0.1, 0, 0.2, 0, 0.5, 60), 40, IsPaused: false);
        Assert.Equal("reliability", PauseRules.Decide(spammer, s_settings)!.Value.Cause);
        Assert.Null(PauseRules.Decide(spammer with { Votes = 29 }, s_settings));
        Assert.Null(PauseRules.Decide(spammer, new AssignmentSettings()));
        Assert.Null(PauseRules.Decide(spammer with { Joint = new JointAnnotator(0.2, 0.1, 0, 0.2, 0, 0.5, 60) }, s_settings));
    }

    private static JointItem Item(int votes, double posterior) => new(posterior, 0, 1, 0.2, 0, votes, votes);

    private static double PausedOf(double accuracy, double pass)
    {
        var stream = new RandomStream(7);
        var paused = 0;
        for (var person = 0; person < 2000; person++)
        {
            var (right, wrong) = (0, 0);
            for (var n = 0; n < 100; n++)
            {
                _ = stream.Unit() < accuracy ? right++ : wrong++;
                if (GoldEvidence.Of(right, wrong, pass) >= GoldEvidence.PauseAt)
                {
                    paused++;
                    break;
                }
            }
        }

        return paused / 2000.0;
    }
}
