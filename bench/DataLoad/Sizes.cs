namespace Orleans.Dpo.Bench;

/// <summary>How much is measured: the targets' sizes, or enough to see that everything runs.</summary>
internal sealed record Sizes(int Rate, int WarmSeconds, int OpenSeconds, int ClosedSeconds, int FlowPairs, int BigPairs, int MorePerPair, int Leases, int SearchRows)
{
    public static Sizes Full { get; } = new(1500, 15, 60, 10, 240_000, 1_000_000, 9, 4000, 100_000);

    public static Sizes Quick { get; } = new(300, 2, 5, 2, 20_000, 20_000, 2, 200, 10_000);
}
