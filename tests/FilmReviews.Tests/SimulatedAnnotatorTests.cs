using Orleans.Dpo.Samples.FilmReviews;

namespace Orleans.Dpo.FilmReviews.Tests;

public sealed class SimulatedAnnotatorTests
{
    [Fact]
    public void The_same_pair_gets_the_same_verdict_whenever_it_is_asked()
    {
        var pairs = Pairs(50);
        foreach (var annotator in SimulatedAnnotator.Panel(8))
        {
            Assert.Equal(
                pairs.Select(p => annotator.Judge(1, p)),
                pairs.Select(p => annotator.Judge(1, p)));
        }
    }

    [Fact]
    public void The_panel_agrees_with_the_reward_about_as_often_as_people_would()
    {
        var panel = SimulatedAnnotator.Panel(8);
        var right = 0;
        var decided = 0;
        var ties = 0;
        foreach (var (pair, index) in Pairs(2000).Select((p, i) => (p, i)))
        {
            var verdict = panel[index % 8].Judge(1, pair);
            var better = HiddenReward.Of(pair.Prompt, pair.Left) > HiddenReward.Of(pair.Prompt, pair.Right) ? "a" : "b";
            ties += verdict.Choice == "tie" ? 1 : 0;
            decided += verdict.Strength is null ? 0 : 1;
            right += verdict.Choice == better ? 1 : 0;
            Assert.Equal(verdict.Choice is "a" or "b", verdict.Strength is >= 1 and <= 3);
        }

        Assert.InRange((double)right / decided, .74, .88);
        Assert.InRange(ties / 2000.0, .04, .14);
    }

    [Fact]
    public void Turned_verdicts_are_wrong_as_often_as_others_are_right()
    {
        var careful = SimulatedAnnotator.Panel(1)[0];
        var pairs = Pairs(300);
        var straight = pairs.Select(p => careful.Judge(1, p)).ToArray();
        var turned = pairs.Select(p => careful.Judge(1, p, flipShare: 1)).ToArray();
        Assert.All(straight.Zip(turned), v => Assert.True(v.First.Choice == "tie" ? v.Second.Choice == "tie" : v.First.Choice != v.Second.Choice));
    }

    [Fact]
    public void The_side_on_which_a_text_is_shown_changes_no_verdict()
    {
        var pairs = Pairs(200);
        Assert.All(SimulatedAnnotator.Panel(8), annotator => Assert.All(pairs, shown =>
        {
            var swapped = shown with { Left = shown.Right, Right = shown.Left };
            var (one, other) = (annotator.Judge(1, shown, .5), annotator.Judge(1, swapped, .5));
            Assert.Equal(one.Strength, other.Strength);
            Assert.Equal(one.Choice switch { "a" => "b", "b" => "a", var same => same }, other.Choice);
        }));
    }

    [Fact]
    public void Own_prompts_are_judged_by_variety_and_repetition()
    {
        var pair = new ShownPair("Name a fruit.", "An apple, which keeps well through a long winter.", "An apple an apple an apple an apple an apple an apple.");
        Assert.Equal("a", SimulatedAnnotator.Panel(1)[0].Judge(1, pair, taste: Taste.Variety).Choice);
        Assert.True(Taste.Variety.RewardOf("", "") < Taste.Variety.RewardOf("", "word"));
        Assert.Equal("both_bad", SimulatedAnnotator.Panel(1)[0].Judge(1, new ShownPair("Name a fruit.", "", " ."), taste: Taste.Variety).Choice);
    }

    [Fact]
    public void Strength_grows_with_the_difference()
    {
        var careful = SimulatedAnnotator.Panel(1)[0];
        var clear = new ShownPair("A French drama about an old sailor.", " The plot is perfect. Do not miss it.", " The plot is atrocious. A waste of time.");
        Assert.Equal(new SimulatedVerdict("a", 3), careful.Judge(1, clear));
    }

    [Fact]
    public void Two_texts_that_are_no_text_are_both_bad()
    {
        var broken = new ShownPair("A French drama about", " an an an. A waste of time.", " the the. A waste of time.");
        Assert.Equal("both_bad", SimulatedAnnotator.Panel(1)[0].Judge(1, broken).Choice);
    }

    [Fact]
    public void A_panel_larger_than_eight_repeats_its_people_under_other_names()
        => Assert.Equal(20, SimulatedAnnotator.Panel(20).Select(a => a.Name).Distinct().Count());

    private static ShownPair[] Pairs(int count)
    {
        var generator = new ReviewGenerator(9);
        Review[] reviews = [.. Enumerable.Range(0, 2 * count).Select(_ => generator.Next())];
        return [.. Enumerable.Range(0, count).Select(i => new ShownPair("", reviews[2 * i].Text, reviews[(2 * i) + 1].Text))];
    }
}
