using System.Collections.Immutable;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Pairs;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A wish to lease certain pairs to one annotator beside their slots. What the shard's rules do not allow is left out.</summary>
/// <param name="Annotator">Who.</param>
/// <param name="Wishes">One to four.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.probe-request")]
public sealed record ProbeRequest(AnnotatorId Annotator, ImmutableArray<ProbeWish> Wishes)
{
    /// <summary>Minutes a lease lives without activity.</summary>
    [Id(2)] public int Minutes { get; init; } = 30;
}

/// <summary>One wished probe.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Purpose">Gold, Repeat or Adjudication.</param>
/// <param name="Order">The order to show it in; null for a fair coin.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.probe-wish")]
public sealed record ProbeWish(PairId Pair, Purpose Purpose, ShownOrder? Order);
