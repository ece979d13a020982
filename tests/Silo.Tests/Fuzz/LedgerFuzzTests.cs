using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Silo.Tests.Faults;
using Orleans.Dpo.Silo.Tests.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Fuzz;

/// <summary>A ledger one of whose blobs was changed at random: it is read as it was, up to a torn end, or the damage is named. Nothing else.</summary>
public sealed class LedgerFuzzTests
{
    private const string Pairs = "projects/p/pairs/0/1.jsonl";
    private static readonly LedgerFolder s_folder = new("p", "0");
    private static readonly LedgerOptions s_options = new() { BatchEvents = 4, SegmentAppends = 6, SnapshotEvents = 9 };

    [Fact]
    public void A_changed_blob_is_read_to_its_torn_end_or_named() => TurnPump.Run(async () =>
    {
        var story = await StoryAsync();
        var events = await ReadAsync(await StoreAsync(story));
        var random = new Random(11);
        var names = story.Keys.ToArray();
        var (named, torn) = (0, 0);
        var tries = FaultTier.Of(300, 5000);
        for (var n = 0; n < tries; n++)
        {
            var name = names[random.Next(names.Length)];
            var changed = new Dictionary<string, byte[]>(story) { [name] = Mutation.Of(story[name], random) };
            try
            {
                var read = await ReadAsync(await StoreAsync(changed));
                Assert.Equal(events.Take(read.Count), read);
                torn += read.Count < events.Count ? 1 : 0;
                await using var shard = await LedgerShard.OpenAsync(new(await StoreAsync(changed), s_folder, s_options, new FakeTimeProvider()), default);
                Assert.True(shard.Status().Seq > read.Count);
            }
            catch (LedgerCorruptException damage)
            {
                named++;
                Assert.Contains(damage.Blob, damage.Message, StringComparison.Ordinal);
            }
            catch (Exception other) when (other is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"try {n}, {name}: {other}");
            }
        }

        Assert.True(named > tries / 4);
        FaultReport.Add($"fuzzed ledgers × {tries:N0}: {named:N0} damages named, {torn:N0} torn ends left behind, 0 wrong events");
    });

    private static async Task<Dictionary<string, byte[]>> StoryAsync()
    {
        var store = new MemoryBlobStore();
        await store.PutIfAbsentAsync(Pairs, TestPairs.Segment(Enumerable.Range(0, 6).Select(n => TestPairs.Pair(n, overlap: 4))), default);
        var judgments = 0;
        for (var life = 0; life < 2; life++)
        {
            await using var shard = await LedgerShard.OpenAsync(new(store, s_folder, s_options, new FakeTimeProvider()), default);
            await shard.AddPairsAsync(Pairs, default);
            for (var annotator = 1; annotator < 7; annotator++)
            {
                foreach (var leased in (await shard.LeaseAsync(new(TestPairs.Annotator(annotator + (10 * life)), 2), default)).Pairs)
                {
                    await shard.SubmitAsync(new()
                    {
                        Id = TestPairs.Judgment(++judgments), Pair = leased.Pair.Id, Annotator = TestPairs.Annotator(annotator + (10 * life)),
                        Lease = leased.Lease, Choice = ShownChoice.Left, Reasons = ["clear"],
                    });
                }
            }
        }

        var blobs = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in store.Names)
        {
            blobs[name] = (await store.GetAsync(name, default))!.Bytes.ToArray();
        }

        Assert.True(blobs.Count > 4);
        return blobs;
    }

    private static async Task<MemoryBlobStore> StoreAsync(Dictionary<string, byte[]> blobs)
    {
        var store = new MemoryBlobStore();
        foreach (var (name, bytes) in blobs)
        {
            await store.PutIfAbsentAsync(name, bytes, default);
        }

        return store;
    }

    private static async Task<List<string>> ReadAsync(MemoryBlobStore store)
    {
        var events = new List<string>();
        await foreach (var entry in LedgerReader.ReadAsync(store, "p", "0", 1, long.MaxValue, default))
        {
            events.Add($"{entry.Seq} {entry.Time:O} {entry.Event.GetType().Name}");
        }

        return events;
    }
}
