using Orleans.Dpo.Grains.Ledger;

namespace Orleans.Dpo.Grains.Agreement;

/// <summary>Two verdicts of one annotator on one pair, the second time with the sides exchanged; both in canonical order.</summary>
/// <param name="First">The earlier one.</param>
/// <param name="Again">The later one.</param>
public readonly record struct RepeatedVerdict(Choice First, Choice Again);
