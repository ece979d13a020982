using System.Text.Json;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class AgreementCoefficientTests
{
    private static readonly JsonElement s_golden = AgreementGolden.Read("coefficients.json");

    [Theory]
    [InlineData(RatingScale.Nominal, "nominal", 0.743)]
    [InlineData(RatingScale.Ordinal, "ordinal", 0.815)]
    [InlineData(RatingScale.Interval, "interval", 0.849)]
    public void Alpha_is_the_published_one_and_that_of_pairs_of_values(RatingScale scale, string name, double published)
    {
        var reference = KrippendorffAlpha.Of([.. Ratings("reference")], scale);
        Assert.Equal(published, reference.Value!.Value, 5e-4);
        Assert.Equal(s_golden.GetProperty("reference_alpha").GetProperty(name).GetDouble(), reference.Value.Value, 1e-12);
        Assert.Equal(11, reference.Units);   // one of twelve units has one rating
        Assert.Equal(s_golden.GetProperty("alpha").GetProperty(name).GetDouble(), KrippendorffAlpha.Of([.. Ratings("ratings")], scale).Value!.Value, 1e-12);
    }

    [Fact]
    public void The_interval_of_alpha_holds_it_and_depends_on_the_seed_alone()
    {
        Rating[] ratings = [.. Ratings("ratings")];
        var alpha = KrippendorffAlpha.Of([.. ratings], RatingScale.Ordinal, resamples: 500, seed: 3);
        Assert.InRange(alpha.Value!.Value, alpha.Interval!.Value.Low, alpha.Interval.Value.High);
        Assert.InRange(alpha.Interval.Value.High - alpha.Interval.Value.Low, 0.05, 0.6);
        Assert.Equal(alpha, KrippendorffAlpha.Of([.. ratings.Reverse()], RatingScale.Ordinal, resamples: 500, seed: 3));
        Assert.Null(KrippendorffAlpha.Of([.. ratings], RatingScale.Ordinal).Interval);
    }

    [Fact]
    public void Unanimous_ratings_have_no_alpha_and_it_says_why()
    {
        var alpha = KrippendorffAlpha.Of([new(0, 2), new(0, 2), new(1, 2), new(1, 2)], RatingScale.Ordinal, resamples: 100);
        Assert.Null(alpha.Value);
        Assert.Contains("are the same", alpha.Undefined!, StringComparison.Ordinal);
        Assert.Equal("No unit has two ratings.", KrippendorffAlpha.Of([new(0, 1), new(1, 2)], RatingScale.Nominal).Undefined);
    }

    [Fact]
    public void Weighted_kappa_is_that_of_the_table_of_weights()
    {
        var golden = s_golden.GetProperty("cohen");
        var kappa = WeightedCohen.Of(AgreementGolden.Integers(golden.GetProperty("first")), AgreementGolden.Integers(golden.GetProperty("second")));
        Assert.Equal(golden.GetProperty("kappa").GetDouble(), kappa.Value!.Value, 1e-12);
        Assert.Equal(-1, WeightedCohen.Of([-3, 3], [3, -3]).Value);
        Assert.NotNull(WeightedCohen.Of([1, 1], [1, 1]).Undefined);
        Assert.Equal(0, WeightedCohen.Of([1, 1], [2, 2]).Value);
        Assert.Equal("The two annotators have no unit in common.", WeightedCohen.Of([], []).Undefined);
        Assert.Throws<ArgumentOutOfRangeException>(() => WeightedCohen.Of([1], []));
    }

    [Fact]
    public void Fleiss_kappa_is_the_known_one_and_needs_a_constant_number_of_ratings()
    {
        var golden = s_golden.GetProperty("fleiss");
        var kappa = FleissKappa.Of([.. golden.GetProperty("counts").EnumerateArray().Select(row => (System.Collections.Immutable.ImmutableArray<int>)[.. AgreementGolden.Integers(row)])]);
        Assert.Equal(golden.GetProperty("kappa").GetDouble(), kappa.Value!.Value, 1e-12);
        Assert.Equal(0.210, kappa.Value.Value, 5e-4);
        Assert.Contains("different numbers", FleissKappa.Of([[2, 0], [1, 2]]).Undefined!, StringComparison.Ordinal);
        Assert.Contains("one category", FleissKappa.Of([[2, 0], [2, 0]]).Undefined!, StringComparison.Ordinal);
        Assert.Contains("fewer than two", FleissKappa.Of([[1, 0], [0, 1]]).Undefined!, StringComparison.Ordinal);
        Assert.NotNull(FleissKappa.Of([]).Undefined);
    }

    [Fact]
    public void Kappa_with_oneself_is_Cohens_and_leaves_skips_out()
    {
        var golden = s_golden.GetProperty("intra");
        RepeatedVerdict[] repeats = [.. golden.GetProperty("repeats").EnumerateArray().Select(row => new RepeatedVerdict((Choice)row[0].GetInt32(), (Choice)row[1].GetInt32())), new(Choice.Skip, Choice.A)];
        var kappa = IntraRaterKappa.Of(repeats);
        Assert.Equal(golden.GetProperty("kappa").GetDouble(), kappa.Value!.Value, 1e-12);
        Assert.Equal(40, kappa.Units);
        Assert.Contains("the same", IntraRaterKappa.Of([new(Choice.A, Choice.A), new(Choice.A, Choice.A)]).Undefined!, StringComparison.Ordinal);
        Assert.Equal("No pair was judged twice.", IntraRaterKappa.Of([new(Choice.A, Choice.Skip)]).Undefined);
    }

    [Fact]
    public void A_statistic_is_never_NaN() => Assert.Throws<ArgumentOutOfRangeException>(() => Statistic.Of(double.NaN, 1));

    private static IEnumerable<Rating> Ratings(string name) => s_golden.GetProperty(name).EnumerateArray().Select(row => new Rating(row[0].GetInt32(), row[1].GetInt32()));
}
