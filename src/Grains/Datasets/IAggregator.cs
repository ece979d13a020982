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

/// <summary>What a pair's votes come to.</summary>
/// <param name="Choice">A, B, Tie or BothBad; null without a majority or without votes.</param>
/// <param name="PChosen">Probability that the chosen response is better, ties as half; ½ unless the choice is a side.</param>
/// <param name="Agreement">Share of the votes that say what the choice says; 0 without one.</param>
/// <param name="TieShare">Share of ties and both-bad among the votes.</param>
/// <param name="Strength">Mean strength of the votes for the chosen side that have one, or null.</param>
public sealed record Aggregate(Choice? Choice, double PChosen, double Agreement, double TieShare, double? Strength);
