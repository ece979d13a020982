using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Makes one verdict of a pair's counted votes. A result for a name and version never changes: a golden hash in the tests pins it.</summary>
public interface IAggregator
{
    /// <summary>Name and version, such as <c>majority/1</c>.</summary>
    string Name { get; }

    /// <summary>The verdict on one pair. The order of the votes does not matter.</summary>
    Aggregate Of(ImmutableArray<Verdict> votes);
}
