using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Pairs;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Ledger;

namespace Orleans.Dpo.Bench;

/// <summary>Writes leases and judgments of many people behind a shard's ledger with the format's own writer: what years of use leave.</summary>
internal sealed class BigLedger(string data, string project)
{
    private const int People = 2000;
    private static readonly AnnotatorId[] s_people = [.. Enumerable.Range(0, People).Select(n => new AnnotatorId("an_" + Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(n)))[..32]))];

    /// <summary>Adds <paramref name="perPair"/> judgments to every pair. The snapshot is as old as the server would let it get.</summary>
    public async Task<long> WriteAsync(int shards, int firstRound, int perPair)
    {
        var store = new FileBlobStore(data, TimeProvider.System);
        var written = new long[shards];

        // A shard's writer is one turn at a time.
        await Task.WhenAll(Enumerable.Range(0, shards).Select(shard => Task.Factory.StartNew(
            () => TurnPump.Run(async () => written[shard] = await WriteShardAsync(store, new(project, $"{shard}"), firstRound, perPair)), TaskCreationOptions.LongRunning)));
        return written.Sum();
    }

    private static async Task<long> WriteShardAsync(FileBlobStore store, LedgerFolder folder, int firstRound, int perPair)
    {
        var (index, start) = await ShardSnapshot.LoadNewestAsync(store, folder, default) ?? (new ShardIndex(), LedgerMark.Start);
        await using var log = await LedgerLog.OpenAsync(new(store, folder, new LedgerOptions(), TimeProvider.System), start, ReplayAsync, default);
        var (judgments, total) = (0L, (long)index.PairCount * perPair);
        var snapshotAt = total - Math.Min(total / 2, (index.Entries + total) / 16);
        var ids = new byte[16];
        var random = new Random(folder.Shard[0] + firstRound);
        for (var round = firstRound; round < firstRound + perPair; round++)
        {
            for (var pair = 0; pair < index.PairCount; pair += 4)
            {
                // Each round another person: nobody judges a pair twice.
                var annotator = s_people[((pair / 4 * 7) + (round * 13)) % People];
                var leases = Enumerable.Range(pair, Math.Min(4, index.PairCount - pair)).Select(p => new GrantedLease(new("le_" + NewId()), index.IdOf(p), ShownOrder.Ab)).ToImmutableArray();
                Append(new LeaseGranted(annotator, 30, leases));
                LedgerBatch last = null!;
                foreach (var lease in leases)
                {
                    last = Append(new JudgmentRecorded
                    {
                        Id = new(NewId()),
                        Pair = lease.Pair,
                        Annotator = annotator,
                        Lease = lease.Lease,
                        Verdict = new((Choice)random.Next(3), null),
                        Purpose = Purpose.Vote,
                        Order = ShownOrder.Ab,
                        Counted = true,
                        ActiveMilliseconds = random.Next(500, 60_000),
                        Guideline = 1,
                        Input = "key",
                        Body = random.NextInt64().ToString("x16", CultureInfo.InvariantCulture) + random.NextInt64().ToString("x16", CultureInfo.InvariantCulture),
                    });
                    if (++judgments == snapshotAt)
                    {
                        await last.Durable;
                        await ShardSnapshot.SaveAsync(store, folder, index.Hold(), await log.MarkAsync(), default);
                        index.LetGo();
                    }
                }

                if (pair % 1024 == 0)
                {
                    await last.Durable;
                }
            }
        }

        return judgments;

        LedgerBatch Append(LedgerEvent happened)
        {
            var batch = log.Enqueue(happened);
            index.Apply(happened, log.LastSeq, log.LastTime);
            return batch;
        }

        async ValueTask ReplayAsync(LedgerEntry entry, CancellationToken cancellationToken) => index.Apply(
            entry.Event, entry.Seq, LedgerTime.From(entry.Time),
            entry.Event is PairsAdded added ? PairRow.ReadAll((await store.GetAsync(added.Segment, cancellationToken))!.Bytes) : null);

        string NewId()
        {
            random.NextBytes(ids);
            return Ulid.From(DateTimeOffset.UtcNow, ids.AsSpan(0, 10));
        }
    }
}
