using System.Collections.Immutable;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Silo.Api;

/// <summary>What was leased over all shards.</summary>
/// <param name="Pairs">Leased pairs.</param>
/// <param name="Left">At most this many more are open for this annotator.</param>
internal sealed record Dealt(ImmutableArray<LeasedPair> Pairs, int Left)
{
    /// <summary>A code when there are none: no-pairs, in-review, all-held, all-judged, practice or paused.</summary>
    public string? Reason { get; init; }

    /// <summary>The reason as a sentence for the annotator.</summary>
    public string? Detail { get; init; }

    /// <summary>When to ask again.</summary>
    public int? RetryAfterSeconds { get; init; }

    /// <summary>When the next pair comes free for sure, where that is known.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>Set when a shard's store did not answer.</summary>
    public Refusal? Refusal { get; init; }
}
