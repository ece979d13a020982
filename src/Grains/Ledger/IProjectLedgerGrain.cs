using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>The single writer of a project's <c>_project</c> shard: every event that is not about one pair. Key: the project.</summary>
[Alias("orleans.dpo.project-ledger")]
public interface IProjectLedgerGrain : IGrainWithStringKey
{
    /// <summary>Appends events in order, all in one batch; completes when they are durable. An event whose <see cref="ProjectEvent.Key"/> is already in the ledger is skipped.</summary>
    /// <returns>Position after the last one.</returns>
    [AlwaysInterleave, Alias("append")]
    Task<LedgerPosition> AppendAsync(ImmutableArray<ProjectEvent> events, CancellationToken cancellationToken);

    /// <summary>The durable position.</summary>
    [AlwaysInterleave, Alias("position")]
    Task<LedgerPosition> GetPositionAsync(CancellationToken cancellationToken);
}

/// <summary>A point in one shard: everything up to and including <paramref name="Seq"/>.</summary>
/// <param name="Seq">Sequence number of the last event, 0 for none.</param>
/// <param name="Hash">Its hash, 64 zeros for none.</param>
/// <param name="Time">Its time.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.ledger-position")]
public sealed record LedgerPosition(long Seq, string Hash, DateTimeOffset Time);

/// <summary>An event of the <c>_project</c> shard.</summary>
/// <param name="Kind">Dotted lower-case kind, such as <c>round.promoted</c>; docs/formats/ledger.md lists them.</param>
/// <param name="Key">Idempotency key: a second event of the same kind and key is not appended.</param>
/// <param name="Body">Flat JSON object as text: ids, numbers, codes; never texts of people or prompts.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.project-event")]
public sealed record ProjectEvent(string Kind, string Key, string Body);
