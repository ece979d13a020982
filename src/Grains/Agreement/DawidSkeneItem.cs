namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Posterior of an item's true class.</summary>
/// <param name="A">A is better.</param>
/// <param name="Tie">Neither is.</param>
/// <param name="B">B is better.</param>
public readonly record struct DawidSkeneItem(double A, double Tie, double B);
