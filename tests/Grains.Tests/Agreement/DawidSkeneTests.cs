using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class DawidSkeneTests
{
    [Fact]
    public void The_fit_is_that_of_full_confusion_matrices_tied_by_averaging()
    {
        var golden = AgreementGolden.Read("coefficients.json").GetProperty("dawid_skene");
        var fit = DawidSkene.Fit(new(5, [.. new double[50]], [.. golden.GetProperty("votes").EnumerateArray()
            .Select(row => new JointJudgment(row[0].GetInt32(), row[1].GetInt32(), row[2].GetInt32() switch { 0 => Choice.A, 1 => Choice.Tie, _ => Choice.B }, true))]));
        AgreementGolden.AssertClose([.. golden.GetProperty("items").EnumerateArray().SelectMany(AgreementGolden.Numbers)], fit.Items.SelectMany(item => new[] { item.A, item.Tie, item.B }), 1e-9);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("right")), fit.Annotators.Select(annotator => annotator.Right), 1e-9);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("tie")), fit.Annotators.Select(annotator => annotator.Tie), 1e-9);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("wrong")), fit.Annotators.Select(annotator => annotator.Wrong), 1e-9);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("tie_on_tie")), fit.Annotators.Select(annotator => annotator.TieOnTie), 1e-9);
        Assert.Equal(golden.GetProperty("tie_rate").GetDouble(), fit.TieRate, 1e-9);
    }

    [Fact]
    public void Without_a_decided_vote_there_is_no_fit_and_it_says_why()
    {
        Assert.NotNull(DawidSkene.Fit(new(1, [0], [new(0, 0, Choice.BothBad, true)])).Undefined);
        Assert.NotNull(DawidSkene.Fit(new(0, [], [])).Undefined);
    }

    [Fact]
    public void An_item_nobody_judged_has_the_prior_and_one_annotator_who_always_says_A_is_no_NaN()
    {
        var fit = DawidSkene.Fit(new(1, [0, 0], [.. Enumerable.Repeat(new JointJudgment(0, 0, Choice.A, true), 500)]));
        Assert.Equal(fit.TieRate, fit.Items[1].Tie);
        Assert.True(fit.Items[0].A > 0.99);
        Assert.True(double.IsFinite(fit.Annotators[0].Right));
    }
}
