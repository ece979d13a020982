using System.Security.Cryptography;
using System.Text.Json;
using Orleans.Dpo.Grains.Agreement;
using Orleans.Dpo.Grains.Ledger;
using Person = Orleans.Dpo.Grains.Tests.Agreement.PlantedCrowd.Person;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class JointPairModelTests
{
    private const int Inverted = 10;
    private const int Lefty = 11;
    private const int Lengthy = 12;
    private const int Spammer = 13;

    private static readonly PlantedCrowd s_crowd = new(600, 7, 3, [.. Enumerable.Repeat(new Person(1.3), 10), new(-1.3), new(0.8, Position: 2), new(0.6, Style: 4), new(0)]);
    private static readonly JointFit s_fit = JointPairModel.Fit(s_crowd.Input);

    [Fact]
    public void The_fit_is_that_of_an_independent_optimiser()
    {
        var golden = AgreementGolden.Read("joint.json");
        var fit = JointPairModel.Fit(Golden(golden));
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("reliability")), fit.Annotators.Select(annotator => annotator.Reliability), 2e-3);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("position")), fit.Annotators.Select(annotator => annotator.PositionBias), 2e-3);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("style_bias")), fit.Annotators.Select(annotator => annotator.StyleBias), 2e-3);
        AgreementGolden.AssertClose(AgreementGolden.Numbers(golden.GetProperty("a_better")), fit.Items.Select(item => item.PABetter), 2e-3);
        Assert.Equal(golden.GetProperty("common_style").GetDouble(), fit.Style, 2e-3);
        Assert.Equal(golden.GetProperty("tie_weight").GetDouble(), fit.TieWeight, 2e-3);
    }

    [Fact]
    public void The_same_judgments_give_the_same_bits_on_every_machine()
    {
        var fit = JointPairModel.Fit(Golden(AgreementGolden.Read("joint.json")));
        var numbers = fit.Items.SelectMany(item => new[] { item.PABetter, item.Mean, item.Deviation, item.Tie, item.BothBad })
            .Concat(fit.Annotators.SelectMany(annotator => new[] { annotator.Reliability, annotator.ReliabilityError, annotator.PositionBias, annotator.PositionError, annotator.StyleBias, annotator.StyleError }))
            .Append(fit.Style).Append(fit.TieWeight);
        var bytes = numbers.SelectMany(number => BitConverter.GetBytes(BitConverter.DoubleToInt64Bits(number))).ToArray();
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.True(hash is "bdae1294f58f4f72d841cc7b8547ba9e7257ccfe33f7c284f7b0822282403c3c", hash);
    }

    [Fact]
    public void An_inverted_annotator_has_a_negative_reliability_beyond_doubt()
    {
        var inverted = s_fit.Annotators[Inverted];
        Assert.True(inverted.Reliability + (3 * inverted.ReliabilityError) < 0, inverted.ToString());
        Assert.All(s_fit.Annotators.Take(10), honest => Assert.InRange(honest.Reliability, 0.7, 2.2));
    }

    [Fact]
    public void A_position_biased_annotator_is_found_and_nobody_else()
    {
        Assert.InRange(s_fit.Annotators[Lefty].PositionBias, 1.3, 2.7);
        Assert.All(Others(Lefty), other => Assert.InRange(other.PositionBias, -0.7, 0.7));
    }

    [Fact]
    public void A_length_biased_annotator_is_found_and_nobody_else()
    {
        Assert.InRange(s_fit.Annotators[Lengthy].StyleBias, 2, 6);
        Assert.All(Others(Lengthy), other => Assert.InRange(other.StyleBias, -1.4, 1.4));
    }

    [Fact]
    public void A_spammer_has_no_reliability() => Assert.InRange(s_fit.Annotators[Spammer].Reliability, -0.3, 0.3);

    [Fact]
    public void Standard_errors_are_of_the_size_of_the_errors()
    {
        var squared = Enumerable.Range(0, 14).Select(k => Math.Pow((s_fit.Annotators[k].Reliability - s_crowd.People[k].Reliability) / s_fit.Annotators[k].ReliabilityError, 2)).Average();
        Assert.InRange(squared, 0.3, 2.5);
    }

    [Fact]
    public void Knowing_the_annotators_beats_the_majority()
    {
        var (joint, majority) = (s_crowd.Accuracy(item => s_fit.Items[item].PABetter), s_crowd.Accuracy(s_crowd.MajorityOfA));
        Assert.True(joint > majority + 0.03, $"joint {joint}, majority {majority}");
    }

    [Fact]
    public void Posteriors_mean_what_they_say()
    {
        var sure = Enumerable.Range(0, 600).Where(item => Math.Abs(s_fit.Items[item].PABetter - 0.5) > 0.25).ToArray();
        var claimed = sure.Average(item => Math.Max(s_fit.Items[item].PABetter, 1 - s_fit.Items[item].PABetter));
        var held = sure.Average(item => (s_fit.Items[item].PABetter > 0.5) == (s_crowd.Truth[item] > 0) ? 1.0 : 0);
        Assert.InRange(held - claimed, -0.05, 0.05);
    }

    [Fact]
    public void Exchanging_the_names_A_and_B_everywhere_mirrors_the_fit()
    {
        var mirrored = JointPairModel.Fit(new(14, [.. s_crowd.Style.Select(style => -style)], [.. s_crowd.Judgments.Select(judgment => judgment with
        {
            AOnLeft = !judgment.AOnLeft,
            Choice = judgment.Choice switch { Choice.A => Choice.B, Choice.B => Choice.A, var other => other },
        })]));
        AgreementGolden.AssertClose([.. s_fit.Items.Select(item => 1 - item.PABetter)], mirrored.Items.Select(item => item.PABetter), 1e-9);
        AgreementGolden.AssertClose([.. s_fit.Annotators.Select(annotator => annotator.Reliability)], mirrored.Annotators.Select(annotator => annotator.Reliability), 1e-9);
    }

    [Fact]
    public void Both_bad_votes_say_nothing_about_which_is_better_and_all_about_quality()
    {
        var fit = JointPairModel.Fit(new(3, [0, 0], [new(0, 0, Choice.BothBad, true), new(0, 1, Choice.BothBad, true), new(0, 2, Choice.BothBad, false), new(1, 0, Choice.A, true)]));
        Assert.Equal((0.5, 0, 3), (fit.Items[0].PABetter, fit.Items[0].Decided, fit.Items[0].Votes));
        Assert.True(fit.Items[0].BothBad > 0.7 && fit.Items[1].BothBad < 0.6);
        Assert.True(fit.Items[1].PABetter > 0.6);
    }

    [Fact]
    public void Nothing_judged_gives_priors_and_not_NaN()
    {
        var fit = JointPairModel.Fit(new(2, [0.3], []));
        Assert.Equal((0.5, 0), (fit.Items[0].PABetter, fit.Items[0].Votes));
        Assert.Equal(1, fit.Annotators[1].Reliability);
        Assert.Equal(1, fit.Annotators[1].ReliabilityError, 1e-12);
    }

    [Fact]
    public void A_thousand_votes_on_one_item_do_not_underflow()
    {
        var fit = JointPairModel.Fit(new(2, [0], [.. Enumerable.Range(0, 3000).Select(n => new JointJudgment(0, n % 2, n % 3 is 0 ? Choice.B : Choice.A, n % 4 < 2))]));
        Assert.True(fit.Items[0].PABetter is > 0.9 and <= 1, fit.Items[0].ToString());
    }

    [Fact]
    public void Votes_out_of_range_and_skips_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new JointInput(1, [0], [new(1, 0, Choice.A, true)]));
        Assert.Throws<ArgumentException>(() => new JointInput(1, [0], [new(0, 1, Choice.A, true)]));
        Assert.Throws<ArgumentException>(() => new JointInput(1, [0], [new(0, 0, Choice.Skip, true)]));
        Assert.Throws<ArgumentException>(() => new JointInput(1, [1.5], []));
    }

    private static IEnumerable<JointAnnotator> Others(int k) => s_fit.Annotators.Where((_, other) => other != k && other != Spammer);

    private static JointInput Golden(JsonElement golden) => new(
        golden.GetProperty("annotators").GetInt32(), [.. AgreementGolden.Numbers(golden.GetProperty("style"))],
        [.. golden.GetProperty("judgments").EnumerateArray().Select(row => new JointJudgment(row[0].GetInt32(), row[1].GetInt32(), Enum.Parse<Choice>(row[2].GetString()!), row[3].GetBoolean()))]);
}
