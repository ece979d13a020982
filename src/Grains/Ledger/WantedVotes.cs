using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>How many counted votes a pair wants.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Votes">From 1 to its overlap.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.wanted-votes")]
public sealed record WantedVotes(PairId Pair, int Votes);
