using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A fitted joint model.</summary>
/// <param name="Items">By item index.</param>
/// <param name="Annotators">By annotator index.</param>
/// <param name="Style">Common γ, in logits per unit of Δstyle.</param>
/// <param name="TieWeight">Davidson's ν.</param>
/// <param name="BothBadRate">Share of both-bad among all votes, drawn towards ½ by one vote.</param>
public sealed record JointFit(ImmutableArray<JointItem> Items, ImmutableArray<JointAnnotator> Annotators, double Style, double TieWeight, double BothBadRate);
