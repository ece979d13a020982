using System.Diagnostics.Metrics;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>What writing costs: how many events share an append, and how long an append takes until it is durable.</summary>
internal static class LedgerMeters
{
    private static readonly Meter s_meter = new("Orleans.Dpo.Ledger");

    public static Histogram<int> BatchEvents { get; } = s_meter.CreateHistogram<int>("dpo.ledger.batch.events", "events", "Events of one append.");

    public static Histogram<double> AppendSeconds { get; } = s_meter.CreateHistogram<double>("dpo.ledger.append.seconds", "s", "Seconds from an append's start until it is durable.");
}
