using Orleans.Dpo.Grains.Agreement;

namespace Orleans.Dpo.Grains.Tests.Agreement;

public sealed class RoutingRulesTests
{
    [Fact]
    public void Without_chance_the_most_information_per_second_wins_and_equals_go_by_order()
    {
        RouteCandidate[] candidates = [new(7, 0.2, 40), new(8, 0.1, 10), new(9, 0.1, 10)];
        Assert.Equal(new Route(8, 1), RoutingRules.Choose([.. candidates], 0, seed: 1));
        Assert.Null(RoutingRules.Choose([], 0.1, seed: 1));
    }

    [Fact]
    public void Propensities_are_the_frequencies()
    {
        RouteCandidate[] candidates = [new(0, 0.3, 10), new(1, 0.2, 10), new(2, 0.1, 10), new(3, 0, 10)];
        var routes = Enumerable.Range(0, 8000).Select(seed => RoutingRules.Choose([.. candidates], 0.2, (ulong)seed * 31)!.Value).ToArray();
        foreach (var item in routes.GroupBy(route => route.Item))
        {
            Assert.Equal(item.First().Propensity, item.Count() / 8000.0, 0.015);
        }

        Assert.Equal(0.85, routes.First(route => route.Item is 0).Propensity, 1e-12);
        Assert.Equal(4, routes.Select(route => route.Item).Distinct().Count());
    }

    [Fact]
    public void A_pair_stops_when_it_is_known_or_full()
    {
        Assert.Equal(RouteState.Confident, RoutingRules.StateOf(Item(0.96, votes: 3), 0.95, 7));
        Assert.Equal(RouteState.Confident, RoutingRules.StateOf(Item(0.04, votes: 7), 0.95, 7));
        Assert.Equal(RouteState.Adjudicate, RoutingRules.StateOf(Item(0.6, votes: 7), 0.95, 7));
        Assert.Equal(RouteState.Open, RoutingRules.StateOf(Item(0.6, votes: 6), 0.95, 7));
        Assert.Equal(RouteState.Open, RoutingRules.StateOf(Item(0.5, votes: 0), 0.5, 7));
    }

    [Fact]
    public void Longer_texts_and_slower_people_are_expected_to_take_longer()
    {
        Assert.Equal(30, RoutingRules.ExpectedSeconds(30, 200, 200, 0.7, 0), 1e-12);
        Assert.Equal(30 * Math.Pow(401.0 / 201, 0.7) * Math.Exp(0.2), RoutingRules.ExpectedSeconds(30, 200, 400, 0.7, 0.2), 1e-9);
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingRules.Choose([], 1.1, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingRules.Choose([], double.NaN, 1));
        Assert.Throws<ArgumentException>(() => RoutingRules.Choose([new(0, 1, 0)], 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => RoutingRules.StateOf(Item(0.5, 1), 0.4, 3));
    }

    private static JointItem Item(double better, int votes) => new(better, 0, 1, 0, 0, votes, votes);
}
