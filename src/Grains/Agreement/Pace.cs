namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Usual time of a judgment.</summary>
/// <param name="Seconds">Active seconds for a pair of usual length; more than 0.</param>
/// <param name="Words">Words of such a pair.</param>
/// <param name="Slope">Change of log time per change of log(1 + words).</param>
public readonly record struct Pace(double Seconds, int Words, double Slope);
