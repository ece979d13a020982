using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Generations;

/// <summary>Two responses to show, and how they came to be chosen.</summary>
/// <param name="One">One.</param>
/// <param name="Other">The other.</param>
/// <param name="Strategy">uniform, high-low, close or old-new.</param>
/// <param name="Propensity">Probability that this strategy chose these two.</param>
public sealed record SelectedPair(JobResponse One, JobResponse Other, string Strategy, double Propensity);
