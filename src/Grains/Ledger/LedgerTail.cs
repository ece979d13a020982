using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Follows a shard: each call yields what has come since the last one. For services that tail the ledger outside the submit path.</summary>
/// <remarks>What it yields was written, not necessarily made durable yet: good for estimates and pages, not for datasets.</remarks>
public sealed class LedgerTail(IBlobStore store, string project, string shard)
{
    private readonly LedgerCursor _cursor = new(store, new LedgerFolder(project, shard), LedgerMark.Start);

    /// <summary>Last event read.</summary>
    public long Seq => _cursor.Seq;

    /// <summary>Events since the last call.</summary>
    /// <exception cref="LedgerCorruptException">The bytes are damaged.</exception>
    public IAsyncEnumerable<LedgerEntry> ReadNewAsync(CancellationToken cancellationToken) => _cursor.ReadAsync(cancellationToken);
}
