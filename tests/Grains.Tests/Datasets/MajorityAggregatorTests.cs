using System.Collections.Immutable;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Tests.Datasets;

public sealed class MajorityAggregatorTests
{
    [Theory]
    [InlineData("", null, 0.5, 0, 0, null)]
    [InlineData("a1", Choice.A, 1, 1, 0, 1.0)]
    [InlineData("b", Choice.B, 1, 1, 0, null)]
    [InlineData("a3 a2 b1", Choice.A, 2 / 3.0, 2 / 3.0, 0, 2.5)]
    [InlineData("a1 t a2", Choice.A, 2.5 / 3, 2 / 3.0, 1 / 3.0, 1.5)]
    [InlineData("a b", null, 0.5, 0, 0, null)]
    [InlineData("a t", null, 0.5, 0, 0.5, null)]
    [InlineData("t t a", Choice.Tie, 0.5, 2 / 3.0, 2 / 3.0, null)]
    [InlineData("x x a", Choice.BothBad, 0.5, 2 / 3.0, 2 / 3.0, null)]
    public void The_verdict_that_most_votes_name_wins(string votes, Choice? choice, double pChosen, double agreement, double tieShare, double? strength)
    {
        var aggregate = MajorityAggregator.Of(Votes(votes));
        Assert.Equal(choice, aggregate.Choice);
        Assert.Equal(pChosen, aggregate.PChosen, 12);
        Assert.Equal(agreement, aggregate.Agreement, 12);
        Assert.Equal(tieShare, aggregate.TieShare, 12);
        Assert.Equal(strength, aggregate.Strength);
        Assert.Equal(aggregate, MajorityAggregator.Of([.. Votes(votes).Reverse()]));
    }

    [Fact]
    public void An_unknown_aggregation_is_refused() => Assert.Throws<ArgumentException>(() => Aggregators.Find("majority/9"));

    private static ImmutableArray<Verdict> Votes(string text) =>
    [
        .. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(vote => new Verdict(
            vote[0] switch { 'a' => Choice.A, 'b' => Choice.B, 't' => Choice.Tie, _ => Choice.BothBad }, vote.Length > 1 ? vote[1] - '0' : null)),
    ];
}
