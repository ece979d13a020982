using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>How alike people order the same responses: the mean of Kendall's τ-b over each two live counted orders of one ranking. Rankings are in no other statistic.</summary>
internal sealed class RankingAgreement
{
    private readonly Dictionary<UInt128, List<Order>> _orders = [];

    /// <summary>Takes an order in.</summary>
    public void Record(UInt128 pair, UInt128 judgment, Ranking ranking, bool counted)
    {
        if (!_orders.TryGetValue(pair, out var orders))
        {
            _orders.Add(pair, orders = []);
        }

        orders.Add(new(judgment, ranking, counted, Live: true));
    }

    /// <summary>An order was withdrawn or replaced.</summary>
    public void End(UInt128 pair, UInt128 judgment) => Change(pair, judgment, order => order with { Live = false });

    /// <summary>An order counts again, or does not.</summary>
    public void Revive(UInt128 pair, UInt128 judgment, bool counted) => Change(pair, judgment, order => order with { Live = true, Counted = counted });

    /// <summary>The mean, and the number of pairs of orders that it rests on.</summary>
    public Statistic Mean()
    {
        var (sum, pairs, compared) = (0.0, 0, 0);
        foreach (var some in _orders.Values)
        {
            Ranking[] orders = [.. some.Where(order => order is { Live: true, Counted: true }).Select(order => order.Ranking)];
            for (var one = 0; one < orders.Length; one++)
            {
                for (var other = one + 1; other < orders.Length; other++)
                {
                    compared++;
                    if (KendallTau.Of(orders[one], orders[other]) is { } tau)
                    {
                        sum += tau;
                        pairs++;
                    }
                }
            }
        }

        return pairs > 0 ? Statistic.Of(sum / pairs, pairs)
            : Statistic.None(compared > 0 ? "Of each two orders of a ranking one ties everything." : "No ranking was put in order by two people.", 0);
    }

    private void Change(UInt128 pair, UInt128 judgment, Func<Order, Order> change)
    {
        if (_orders.TryGetValue(pair, out var orders) && orders.FindIndex(order => order.Judgment == judgment) is var at && at >= 0)
        {
            orders[at] = change(orders[at]);
        }
    }

    private readonly record struct Order(UInt128 Judgment, Ranking Ranking, bool Counted, bool Live);
}
