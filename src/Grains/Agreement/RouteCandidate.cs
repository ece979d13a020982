namespace Orleans.Dpo.Grains.Agreement;

/// <summary>A pair that an annotator could be given.</summary>
/// <param name="Item">Index of the pair.</param>
/// <param name="Gain">Expected information in nats, of <see cref="OnlinePosterior.InformationGain"/>.</param>
/// <param name="Seconds">Expected active seconds; more than 0.</param>
public readonly record struct RouteCandidate(int Item, double Gain, double Seconds);
