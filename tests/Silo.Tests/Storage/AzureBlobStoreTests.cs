using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Ledger;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Storage;

public sealed class AzureBlobStoreTests(AzuriteFixture azurite) : BlobStoreConformance, IClassFixture<AzuriteFixture>
{
    private readonly string _container = $"test-{Guid.NewGuid():N}";

    [Fact]
    public void A_shard_lives_rolls_and_recovers_on_it() => TurnPump.Run(async () =>
    {
        var store = await OpenAsync();
        await store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment(Enumerable.Range(0, 6).Select(n => TestPairs.Pair(n))), None);
        var source = new LedgerSource(store, new LedgerFolder("p", "0"), new LedgerOptions { SegmentAppends = 3, SnapshotEvents = 4 }, TimeProvider.System);
        for (var annotator = 0; annotator < 6; annotator++)
        {
            await using var shard = await LedgerShard.OpenAsync(source, None);
            await shard.AddPairsAsync("projects/p/pairs/0/1.jsonl", None);
            var leased = Assert.Single((await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1), None)).Pairs);
            var judgment = new SubmitJudgment { Id = TestPairs.Judgment(annotator), Pair = leased.Pair.Id, Annotator = TestPairs.Annotator(annotator), Lease = leased.Lease, Choice = ShownChoice.Left };
            Assert.True((await shard.SubmitAsync(judgment)).Counted);
            Assert.Equal(annotator + 1, shard.Status().CountedVotes);
        }

        Assert.Equal(19, (await LedgerReader.VerifyAsync(store, "p", "0", None)).Seq);
        Assert.True((await ListAsync(store, "projects/p/ledger/0/")).Count > 3);
    });

    [Fact]
    public void A_second_writer_fences_the_first_on_it() => TurnPump.Run(async () =>
    {
        var store = await OpenAsync();
        var source = new LedgerSource(store, new LedgerFolder("p", "0"), new LedgerOptions(), TimeProvider.System);
        await store.PutIfAbsentAsync("projects/p/pairs/0/1.jsonl", TestPairs.Segment([TestPairs.Pair(1)]), None);
        var first = await LedgerShard.OpenAsync(source, None);
        await LedgerShard.OpenAsync(source, None);
        await Assert.ThrowsAsync<LedgerOutcomeUnknownException>(() => first.AddPairsAsync("projects/p/pairs/0/1.jsonl", None));
    });

    protected override async Task<IBlobStore> OpenAsync() => await AzureBlobStore.OpenAsync(azurite.ConnectionString, _container, None);
}
