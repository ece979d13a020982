namespace Orleans.Dpo.Grains.Agreement;

/// <summary>One annotator's confusion, the same for A and B by symmetry.</summary>
/// <param name="Right">P(says the better side | a side is better).</param>
/// <param name="Tie">P(says tie | a side is better).</param>
/// <param name="Wrong">P(says the worse side | a side is better).</param>
/// <param name="TieOnTie">P(says tie | a tie); each side has half of the rest.</param>
public readonly record struct DawidSkeneAnnotator(double Right, double Tie, double Wrong, double TieOnTie);
