using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>The aggregations there are.</summary>
public static class Aggregators
{
    /// <summary>Their names with versions.</summary>
    public static ImmutableArray<string> Names { get; } = ["majority/1", "majority/2", "joint/1", "posterior/1"];

    /// <summary>The aggregator of a name.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static IAggregator Find(string name) => name switch
    {
        "majority/1" => new MajorityAggregator(),
        "majority/2" => new MajorityAggregator(adjudicated: true),
        "joint/1" => new JointAggregator(),
        "posterior/1" => new JointAggregator("posterior/1", confidence: 0.5),
        _ => throw new ArgumentException($"There is no aggregation '{name}'.", nameof(name)),
    };
}
