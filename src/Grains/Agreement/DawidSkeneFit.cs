using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A Dawid–Skene fit, or why there is none.</summary>
/// <param name="Items">By item; the class prior for an item without votes.</param>
/// <param name="Annotators">By annotator.</param>
/// <param name="TieRate">Prior probability of a tie; each side has half of the rest.</param>
/// <param name="Undefined">Why there is no fit, as a sentence; else null.</param>
public sealed record DawidSkeneFit(ImmutableArray<DawidSkeneItem> Items, ImmutableArray<DawidSkeneAnnotator> Annotators, double TieRate, string? Undefined);
