using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Person = Orleans.Dpo.Grains.Tests.Agreement.PlantedCrowd.Person;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class OnlinePosteriorTests
{
    private static readonly PlantedCrowd s_crowd = new(300, 6, 21, [.. Enumerable.Repeat(new Person(1.2), 9), new(-1), new(0.8, Position: 1.5)]);

    [Fact]
    public void Without_new_votes_it_is_the_fit()
    {
        var fit = JointPairModel.Fit(s_crowd.Input);
        var online = new OnlinePosterior(s_crowd.Input, fit);
        AgreementGolden.AssertClose([.. fit.Items.Select(item => item.PABetter)], Enumerable.Range(0, online.Items).Select(item => online.Item(item).PABetter), 1e-9);
        AgreementGolden.AssertClose([.. fit.Annotators.Select(annotator => annotator.ReliabilityError)], Enumerable.Range(0, online.Annotators).Select(k => online.Annotator(k).ReliabilityError), 1e-6);
    }

    [Fact]
    public void A_tenth_more_votes_keep_it_within_its_tolerance_of_a_new_fit()
    {
        var whole = JointPairModel.Fit(s_crowd.Input);
        var known = s_crowd.Judgments.Where((_, n) => n % 11 is not 3).ToArray();
        var input = new JointInput(11, s_crowd.Style, [.. known]);
        var online = new OnlinePosterior(input, JointPairModel.Fit(input));
        foreach (var vote in s_crowd.Judgments.Where((_, n) => n % 11 is 3))
        {
            online.Add(vote);
        }

        var apart = whole.Items.Select((item, i) => Math.Abs(item.PABetter - online.Item(i).PABetter)).ToArray();
        Assert.True(apart.Average() < 0.05 && apart.Max() < 0.15, $"mean {apart.Average()}, worst {apart.Max()}");
        AgreementGolden.AssertClose([.. whole.Annotators.Select(annotator => annotator.Reliability)], Enumerable.Range(0, 11).Select(k => online.Annotator(k).Reliability), 0.2);
    }

    [Fact]
    public void A_vote_taken_back_leaves_the_posterior_of_its_item_as_it_was()
    {
        var online = new OnlinePosterior(s_crowd.Input, JointPairModel.Fit(s_crowd.Input));
        var before = online.Item(5);
        online.Add(new(5, 2, Choice.BothBad, true));
        Assert.Equal(before.Votes + 1, online.Item(5).Votes);
        Assert.True(online.Withdraw(5, 2));
        Assert.Equal(before, online.Item(5));
        online.Add(new(5, 2, Choice.A, true));
        Assert.NotEqual(before.PABetter, online.Item(5).PABetter);
        Assert.True(online.Withdraw(5, 2));
        Assert.Equal(before.PABetter, online.Item(5).PABetter, 0.01);
        Assert.False(online.Withdraw(online.AddItem(0), 2));
    }

    [Fact]
    public void A_new_annotator_and_a_new_item_begin_at_the_prior()
    {
        var online = new OnlinePosterior(s_crowd.Input, JointPairModel.Fit(s_crowd.Input));
        var (item, annotator) = (online.AddItem(0), online.AddAnnotator());
        Assert.Equal((0.5, 1.0), (online.Item(item).PABetter, online.Annotator(annotator).Reliability));
        online.Add(new(item, annotator, Choice.A, AOnLeft: true));
        Assert.InRange(online.Item(item).PABetter, 0.65, 0.85);
    }

    [Fact]
    public void Reliable_and_inverted_annotators_tell_more_than_chance_and_more_on_open_items()
    {
        var fit = JointPairModel.Fit(s_crowd.Input);
        var online = new OnlinePosterior(s_crowd.Input, fit);
        var open = Enumerable.Range(0, 300).MinBy(item => Math.Abs(fit.Items[item].PABetter - 0.5));
        var settled = Enumerable.Range(0, 300).MaxBy(item => Math.Abs(fit.Items[item].PABetter - 0.5));
        Assert.True(online.InformationGain(open, 0) > 2 * online.InformationGain(settled, 0));
        Assert.True(online.InformationGain(open, 9) > 0.02);
        Assert.InRange(online.InformationGain(open, 0), 0.02, Math.Log(2));
    }

    [Fact]
    public void Unknown_items_annotators_and_skips_are_refused()
    {
        var online = new OnlinePosterior(s_crowd.Input, JointPairModel.Fit(s_crowd.Input));
        Assert.Throws<ArgumentException>(() => online.Add(new(300, 0, Choice.A, true)));
        Assert.Throws<ArgumentException>(() => online.Add(new(0, 11, Choice.A, true)));
        Assert.Throws<ArgumentException>(() => online.Add(new(0, 0, Choice.Skip, true)));
        Assert.Throws<ArgumentOutOfRangeException>(() => online.AddItem(double.NaN));
    }
}
