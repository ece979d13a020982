using Orleans.Dpo.Samples.FilmReviews;
using Orleans.Dpo.Samples.FilmReviews.Grammar;

namespace Orleans.Dpo.FilmReviews.Tests;

public sealed class ReviewGrammarTests
{
    private static readonly Lazy<Review[]> s_reviews = new(() =>
    {
        var generator = new ReviewGenerator(20);
        return [.. Enumerable.Range(0, 3000).Select(_ => generator.Next())];
    });

    [Fact]
    public void The_parser_gives_every_drawn_text_the_score_it_was_drawn_with()
    {
        foreach (var review in s_reviews.Value)
        {
            var score = ReviewParser.Score(review.Text);
            Assert.True(score.Grammatical, review.Text);
            Assert.False(score.Incoherent, review.Text);
            Assert.Equal(review.Score.Polarity, score.Polarity, 9);
            Assert.Equal(review.Score.Words, score.Words);
        }
    }

    [Fact]
    public void Every_sentence_can_be_read_in_one_way_only()
    {
        Rule[] rules = [ReviewGrammar.Opening, ReviewGrammar.BodyWithFeeling, ReviewGrammar.Ending];
        foreach (var review in s_reviews.Value)
        {
            foreach (var sentence in Sentence.Split(review.Text))
            {
                Assert.True(rules.Sum(r => ReviewParser.Whole(r, sentence!).Count) == 1, review.Text);
            }
        }
    }

    [Fact]
    public void Every_predicate_can_be_read_in_one_way_only()
    {
        var draws = new Draws(4);
        foreach (var rule in (Rule[])[PredicateGrammar.Singular, PredicateGrammar.Plural, ReviewGrammar.Feeling, ReviewGrammar.Ending])
        {
            var seen = new HashSet<string>();
            for (var i = 0; i < 20_000; i++)
            {
                var drawing = new Drawing(draws);
                rule.Write(drawing, 0);
                var text = Sentence.Render(drawing.Words, closed: true);
                if (seen.Add(text))
                {
                    Assert.True(ReviewParser.Whole(rule, Sentence.Split(text)[0]!).Count == 1, text);
                }
            }
        }
    }

    [Fact]
    public void Drawn_texts_are_as_long_and_as_varied_as_a_small_model_can_learn()
    {
        var reviews = s_reviews.Value;
        Assert.Equal(reviews.Length, reviews.Select(r => r.Text).Distinct().Count());
        Assert.InRange(reviews.Average(r => r.Score.Words), 24, 28);
        Assert.InRange(reviews.Min(r => r.Score.Words), 8, 14);
        Assert.InRange(reviews.Max(r => r.Score.Words), 38, 55);
        Assert.InRange(reviews.Select(r => r.Prompt).Distinct().Count(), 1900, 2700);
        var words = reviews.SelectMany(r => r.Text.Split(' ')).Select(w => w.Trim(',', '.')).Distinct().Count();
        Assert.InRange(words, 380, 480);
    }

    [Fact]
    public void The_reward_of_drawn_texts_is_centred_and_a_little_wider_than_one()
    {
        var rewards = s_reviews.Value.Select(r => HiddenReward.Of(r.Score)).ToArray();
        var mean = rewards.Average();
        var deviation = Math.Sqrt(rewards.Average(r => (r - mean) * (r - mean)));
        Assert.InRange(mean, -.12, .12);
        Assert.InRange(deviation, 1.08, 1.28);
    }

    [Fact]
    public void A_text_begins_with_its_prompt()
    {
        Assert.All(s_reviews.Value, r => Assert.StartsWith(r.Prompt, r.Text, StringComparison.Ordinal));
        Assert.All(s_reviews.Value, r => Assert.Equal(r.Text, ReviewParser.Join(r.Prompt, r.Text[r.Prompt.Length..])));
    }

    [Theory]
    [InlineData("In this comedy about a young baker, the plot is good. Skip it.", .8 - 1.8)]
    [InlineData("In this comedy about a young baker, the plot is not good. Skip it.", -.56 - 1.8)]
    [InlineData("In this comedy about an old sailor, the jokes are neither slow nor thin. The plot does not drag.", .9 + 1.05)]
    [InlineData("This short drama about three sisters is not as boring as people say. Do not miss it.", .75 + 2.4)]
    [InlineData("I watched this with a colleague yesterday, and the songs never drag. Once is enough.", 1.35 - .5)]
    [InlineData("A French drama about an old sailor. I was never bored.", 1.44)]
    [InlineData("For an Italian western, the twists are warm but also slow. Although the cast shines, the songs fall flat.", .3 + 1.8 - 1.4)]
    public void Negation_and_degree_change_the_score(string text, double polarity)
    {
        var score = ReviewParser.Score(text);
        Assert.True(score.Grammatical);
        Assert.False(score.Incoherent);
        Assert.Equal(polarity, score.Polarity, 9);
    }

    [Theory]
    [InlineData("")]
    [InlineData("In this comedy about a young baker, the plot is good")]
    [InlineData("In this comedy about a young baker, the plot is good.")]
    [InlineData("In this comedy about a old sailor, the plot is good. Skip it.")]
    [InlineData("In this comedy about a young baker, the jokes is good. Skip it.")]
    [InlineData("In this comedy about a young baker, the plot is good and good. Skip it.")]
    [InlineData("In this comedy about a young baker, the plot is good. Skip it. The songs are bad.")]
    [InlineData("In this comedy about a young baker, the plot is good.  Skip it.")]
    [InlineData("in this comedy about a young baker, the plot is good. Skip it.")]
    [InlineData("In this comedy about a young baker, the plot is fairly gorgeous. Skip it.")]
    public void A_text_that_the_rules_cannot_write_is_ungrammatical(string text) => Assert.False(ReviewParser.Score(text).Grammatical);

    [Theory]
    [InlineData("A French drama about an old sailor. The plot is good, and the songs are bad.")]
    [InlineData("A French drama about an old sailor. The plot is good, but the songs are fine.")]
    [InlineData("A French drama about an old sailor. Luckily, the plot is bad.")]
    [InlineData("A French drama about an old sailor. The plot is good. The plot shines.")]
    [InlineData("A French drama about an old sailor. I was bored. I nearly fell asleep.")]
    public void A_connector_that_does_not_fit_or_a_repetition_is_incoherent_but_grammatical(string text)
    {
        var score = ReviewParser.Score(text);
        Assert.True(score.Grammatical);
        Assert.True(score.Incoherent);
    }

    [Fact]
    public void The_same_seed_draws_the_same_texts()
        => Assert.Equal(s_reviews.Value[..50], Enumerable.Repeat(new ReviewGenerator(20), 50).Select(g => g.Next()));

    [Fact]
    public void Training_and_held_out_prompts_never_meet()
    {
        var training = PromptGenerator.Draw(2000, 1, PromptSplit.Training);
        var heldOut = PromptGenerator.Draw(256, 2, PromptSplit.HeldOut);
        Assert.Equal(2000, training.Distinct().Count());
        Assert.Equal(256, heldOut.Distinct().Count());
        Assert.Empty(training.Intersect(heldOut));
    }
}
