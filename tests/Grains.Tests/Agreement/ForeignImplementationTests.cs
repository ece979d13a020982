using System.Text.Json;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Agreement;

/// <summary>The values of statsmodels, scikit-learn and SciPy on the same data (tests/golden/agreement/foreign.py): code that nobody here wrote.</summary>
public sealed class ForeignImplementationTests
{
    private static readonly JsonElement s_foreign = AgreementGolden.Read("foreign.json");
    private static readonly JsonElement s_data = AgreementGolden.Read("coefficients.json");

    [Fact]
    public void Kappas_are_those_of_statsmodels_and_scikit_learn()
    {
        Assert.Equal(s_foreign.GetProperty("fleiss").GetDouble(),
            FleissKappa.Of([.. s_data.GetProperty("fleiss").GetProperty("counts").EnumerateArray().Select(row => (System.Collections.Immutable.ImmutableArray<int>)[.. AgreementGolden.Integers(row)])]).Value!.Value, 1e-12);
        var cohen = WeightedCohen.Of(AgreementGolden.Integers(s_data.GetProperty("cohen").GetProperty("first")), AgreementGolden.Integers(s_data.GetProperty("cohen").GetProperty("second"))).Value!.Value;
        Assert.Equal(s_foreign.GetProperty("weighted_cohen").GetProperty("sklearn").GetDouble(), cohen, 1e-12);
        Assert.Equal(s_foreign.GetProperty("weighted_cohen").GetProperty("statsmodels").GetDouble(), cohen, 1e-12);
        Assert.Equal(s_foreign.GetProperty("intra").GetDouble(),
            IntraRaterKappa.Of([.. s_data.GetProperty("intra").GetProperty("repeats").EnumerateArray().Select(row => new RepeatedVerdict((Choice)row[0].GetInt32(), (Choice)row[1].GetInt32()))]).Value!.Value, 1e-12);
    }

    [Fact]
    public void Strengths_are_those_of_a_penalised_logistic_regression_and_their_intervals_those_of_SciPys_bootstrap()
    {
        var golden = s_foreign.GetProperty("bradley_terry");
        Battle[] battles = [.. s_data.GetProperty("bradley_terry").GetProperty("battles").EnumerateArray()
            .Select(row => new Battle(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32() switch { 0 => Choice.A, 1 => Choice.Tie, _ => Choice.B }))];
        var fit = BradleyTerry.Fit(5, [.. battles], TieRule.Half, resamples: 4000, seed: 11);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("strengths")), fit.Policies.Select(policy => policy.Strength), 1e-8);

        // Two bootstraps of 300 battles differ by chance: the ends by a small part of the interval.
        var (low, high) = (AgreementGolden.Numbers(golden.GetProperty("low")), AgreementGolden.Numbers(golden.GetProperty("high")));
        for (var i = 0; i < 5; i++)
        {
            var found = fit.Policies[i].Interval!.Value;
            Assert.Equal(low[i], found.Low, 0.08 * (high[i] - low[i]));
            Assert.Equal(high[i], found.High, 0.08 * (high[i] - low[i]));
        }
    }

    [Fact]
    public void Interval_alpha_is_that_of_variances_and_its_interval_that_of_SciPys_bootstrap()
    {
        var golden = s_foreign.GetProperty("interval_alpha");
        var alpha = KrippendorffAlpha.Of([.. s_data.GetProperty("ratings").EnumerateArray().Select(row => new Rating(row[0].GetInt32(), row[1].GetInt32()))], RatingScale.Interval, resamples: 4000, seed: 5);
        Assert.Equal(golden.GetProperty("value").GetDouble(), alpha.Value!.Value, 1e-12);
        var (low, high) = (golden.GetProperty("low").GetDouble(), golden.GetProperty("high").GetDouble());
        Assert.Equal(low, alpha.Interval!.Value.Low, 0.08 * (high - low));
        Assert.Equal(high, alpha.Interval.Value.High, 0.08 * (high - low));
    }

    [Fact]
    public void Findings_and_tails_are_those_of_statsmodels_and_SciPy()
    {
        var discovery = s_foreign.GetProperty("false_discovery");
        Assert.Equal(discovery.GetProperty("believed").EnumerateArray().Select(believed => believed.GetBoolean()), FalseDiscovery.ByPValues(AgreementGolden.Numbers(discovery.GetProperty("p")), 0.05));
        var tail = s_foreign.GetProperty("normal_tail");
        foreach (var (z, upper) in AgreementGolden.Numbers(tail.GetProperty("z")).Zip(AgreementGolden.Numbers(tail.GetProperty("upper"))))
        {
            Assert.Equal(1, NormalDistribution.Upper(z) / upper, 1e-11);
        }
    }
}
