namespace Orleans.Dpo.Grains.Agreement;

/// <summary>The pair an annotator is given.</summary>
/// <param name="Item">Index of the pair.</param>
/// <param name="Propensity">Probability with which this pair was given, for reweighting later.</param>
public readonly record struct Route(int Item, double Propensity);
