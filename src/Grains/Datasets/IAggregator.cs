using System.Collections.Immutable;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>Makes one verdict of each pair's counted votes. A result for a name and version never changes: a golden hash in the tests pins it.</summary>
public interface IAggregator
{
    /// <summary>Name and version, such as <c>majority/1</c>.</summary>
    string Name { get; }

    /// <summary>The verdict on each pair, in the order of <paramref name="pairs"/>. Neither that order nor the order of the votes changes a verdict.</summary>
    /// <param name="pairs">All pairs of the version: the votes on one may tell how much a vote on another is worth.</param>
    /// <param name="texts">Texts of all pairs.</param>
    ImmutableArray<Aggregate> OfAll(ImmutableArray<SourcePair> pairs, IReadOnlyDictionary<PairId, PairTexts> texts);
}
