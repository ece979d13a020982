using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What a pair's votes come to.</summary>
/// <param name="Choice">A, B, Tie or BothBad; null without a majority or without votes.</param>
/// <param name="PChosen">Probability that the chosen response is better, ties as half; ½ unless the choice is a side.</param>
/// <param name="Agreement">Share of the votes that say what the choice says; 0 without one.</param>
/// <param name="TieShare">Share of ties and both-bad among the votes.</param>
/// <param name="Strength">Mean strength of the votes for the chosen side that have one, or null.</param>
public sealed record Aggregate(Choice? Choice, double PChosen, double Agreement, double TieShare, double? Strength)
{
    /// <summary>Probability that A is better, ties as half; whatever the choice is.</summary>
    public double PA { get; init; } = 0.5;
}
