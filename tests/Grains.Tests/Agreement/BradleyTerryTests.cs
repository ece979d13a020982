using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class BradleyTerryTests
{
    [Fact]
    public void Strengths_are_those_of_an_independent_optimiser_with_both_tie_rules()
    {
        var golden = AgreementGolden.Read("coefficients.json").GetProperty("bradley_terry");
        Battle[] battles = [.. golden.GetProperty("battles").EnumerateArray().Select(row => new Battle(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32() switch { 0 => Choice.A, 1 => Choice.Tie, _ => Choice.B }))];
        var half = BradleyTerry.Fit(5, [.. battles]);
        var davidson = BradleyTerry.Fit(5, [.. battles], TieRule.Davidson);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("half")), half.Policies.Select(policy => policy.Strength), 1e-8);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("davidson")), davidson.Policies.Select(policy => policy.Strength), 1e-8);
        Assert.Equal(golden.GetProperty("tie_weight").GetDouble(), davidson.TieWeight!.Value, 1e-8);
        Assert.Null(half.TieWeight);
    }

    [Fact]
    public void Which_response_was_A_does_not_matter()
    {
        Battle[] battles = [new(0, 1, Choice.A), new(0, 1, Choice.A), new(1, 0, Choice.A), new(1, 2, Choice.B), new(0, 2, Choice.Tie), new(2, 1, Choice.B)];
        var mirrored = battles.Select(battle => new Battle(battle.B, battle.A, battle.Choice switch { Choice.A => Choice.B, Choice.B => Choice.A, var other => other }));
        Assert.Equal(BradleyTerry.Fit(3, [.. battles]).Policies.ToArray(), BradleyTerry.Fit(3, [.. mirrored]).Policies.ToArray());
    }

    [Theory]
    [InlineData(TieRule.Half)]
    [InlineData(TieRule.Davidson)]
    public void Intervals_hold_the_planted_strengths_of_a_hundred_thousand_battles(TieRule ties)
    {
        double[] truth = [-1.2, -0.6, -0.1, 0.1, 0.6, 1.2];
        var stream = new RandomStream(9);
        var battles = new Battle[100_000];
        for (var n = 0; n < battles.Length; n++)
        {
            var a = stream.Below(6);
            var b = (a + 1 + stream.Below(5)) % 6;
            var odds = Math.Exp(0.5 * (truth[a] - truth[b]));
            var draw = stream.Unit() * (odds + (1 / odds) + (ties is TieRule.Half ? 0 : 0.7));
            battles[n] = new(a, b, draw < odds ? Choice.A : draw < odds + (1 / odds) ? Choice.B : Choice.Tie);
        }

        var fit = BradleyTerry.Fit(6, [.. battles], ties, resamples: 200, seed: 4);
        for (var i = 0; i < 6; i++)
        {
            var (low, high) = fit.Policies[i].Interval!.Value;
            Assert.InRange(high - low, 0.01, 0.1);
            Assert.InRange(truth[i], low - (0.5 * (high - low)), high + (0.5 * (high - low)));
            Assert.InRange(fit.Policies[i].Strength, low, high);
        }

        Assert.Equal(fit.Policies.ToArray(), BradleyTerry.Fit(6, [.. battles], ties, resamples: 200, seed: 4).Policies.ToArray());
        Assert.NotEqual(fit.Policies.ToArray(), BradleyTerry.Fit(6, [.. battles], ties, resamples: 200, seed: 5).Policies.ToArray());
    }

    [Fact]
    public void A_policy_that_never_lost_has_a_finite_strength()
    {
        var fit = BradleyTerry.Fit(2, [.. Enumerable.Repeat(new Battle(0, 1, Choice.A), 30)], resamples: 100);
        Assert.InRange(fit.Policies[0].Strength, 1.5, 8);
        Assert.Equal(0, fit.Policies[0].Strength + fit.Policies[1].Strength, 1e-9);
        Assert.True(double.IsFinite(fit.Policies[0].Interval!.Value.High));
    }

    [Fact]
    public void Policies_that_no_chain_of_battles_joins_have_no_strengths()
    {
        Assert.Equal("No chain of battles joins policies 0 and 2.", BradleyTerry.Fit(4, [new(0, 1, Choice.A), new(2, 3, Choice.B)]).Undefined);
        Assert.Equal("There are fewer than two policies.", BradleyTerry.Fit(1, []).Undefined);
        Assert.Empty(BradleyTerry.Fit(2, []).Policies);
    }

    [Fact]
    public void A_battle_of_a_policy_with_itself_or_a_stranger_or_a_skip_is_refused()
    {
        Assert.Throws<ArgumentException>(() => BradleyTerry.Fit(2, [new(0, 0, Choice.A)]));
        Assert.Throws<ArgumentException>(() => BradleyTerry.Fit(2, [new(0, 2, Choice.A)]));
        Assert.Throws<ArgumentException>(() => BradleyTerry.Fit(2, [new(0, 1, Choice.Skip)]));
    }
}
