using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>Reads a shard's events from the store, without the grain, and verifies the chain on the way.</summary>
/// <remarks>Only events up to a position that the shard itself reported are durable for sure; pass that as the end.</remarks>
public static class LedgerReader
{
    /// <summary>Events <paramref name="fromSeq"/> to <paramref name="toSeq"/>, both included. The chain is verified from the shard's first event on.</summary>
    /// <param name="store">The store.</param>
    /// <param name="project">The project.</param>
    /// <param name="shard">A shard's number, or <c>_project</c>.</param>
    /// <param name="fromSeq">First event wanted, from 1.</param>
    /// <param name="toSeq">Last event wanted; <see cref="long.MaxValue"/> for all there is.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="LedgerCorruptException">The bytes are damaged, or end before <paramref name="toSeq"/>.</exception>
    public static async IAsyncEnumerable<LedgerEntry> ReadAsync(
        IBlobStore store, string project, string shard, long fromSeq, long toSeq, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var cursor = new LedgerCursor(store, new LedgerFolder(project, shard), LedgerMark.Start);
        await foreach (var entry in cursor.ReadAsync(cancellationToken))
        {
            if (entry.Seq > toSeq)
            {
                yield break;
            }

            if (entry.Seq >= fromSeq)
            {
                yield return entry;
            }
        }

        if (toSeq < long.MaxValue && cursor.Seq < toSeq)
        {
            throw new LedgerCorruptException(new LedgerFolder(project, shard).Segment(Math.Max(1, cursor.Segment)), cursor.Position, cursor.Seq + 1, "the ledger ends before an event that was durable.");
        }
    }

    /// <summary>Verifies a whole shard and returns where it ends.</summary>
    /// <exception cref="LedgerCorruptException">The bytes are damaged.</exception>
    public static async Task<LedgerPosition> VerifyAsync(IBlobStore store, string project, string shard, CancellationToken cancellationToken)
    {
        var cursor = new LedgerCursor(store, new LedgerFolder(project, shard), LedgerMark.Start);
        await foreach (var _ in cursor.ReadAsync(cancellationToken))
        {
            // Reading is verifying.
        }

        return new LedgerPosition(cursor.Seq, Convert.ToHexStringLower(cursor.Mark.Head), LedgerTime.To(cursor.Mark.Time));
    }
}
