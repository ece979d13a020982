using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The aggregations there are.</summary>
public static class Aggregators
{
    /// <summary>Their names with versions.</summary>
    public static ImmutableArray<string> Names { get; } = ["majority/1", "joint/1"];

    /// <summary>The aggregator of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IAggregator Find(string name) => name switch
    {
        "majority/1" => new MajorityAggregator(),
        "joint/1" => new JointAggregator(),
        _ => throw new ArgumentException($"There is no aggregation '{name}'.", nameof(name)),
    };
}
