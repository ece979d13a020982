using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Times of judgments against a fitted expectation, or why there is none.</summary>
/// <param name="Judgments">In the order of the input; without z where undefined.</param>
/// <param name="AnnotatorEffects">Shrunken log factor of each annotator's pace; negative is faster than usual.</param>
/// <param name="WordSlope">Change of log time per change of log(1 + words).</param>
/// <param name="Deviation">Robust standard deviation of log time around its expectation.</param>
/// <param name="Undefined">Why there is no fit, as a sentence; else null.</param>
public sealed record TimingReport(ImmutableArray<TimingFlag> Judgments, ImmutableArray<double> AnnotatorEffects, double WordSlope, double Deviation, string? Undefined);
