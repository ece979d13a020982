using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Silo.Tests.Ledger;
using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>Single bits of a ledger's segments flipped where they lie, in real files and in blobs of Azurite: whoever reads it names the segment.</summary>
public sealed class BitFlipTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>, IDisposable
{
    private const string Pairs = "projects/p/pairs/0/1.jsonl";
    private static readonly LedgerFolder s_folder = new("p", "0");
    private readonly TemporaryFolder _data = new();

    public static TheoryData<string> Stores => FaultTier.Stores;

    public void Dispose() => _data.Dispose();

    [Theory]
    [MemberData(nameof(Stores))]
    public async Task A_flipped_bit_in_a_segment_is_found_and_the_segment_named(string store)
    {
        var container = $"flips-{Guid.NewGuid():N}";
        IBlobStore blobs = store == "azure" ? await AzureBlobStore.OpenAsync(azurite.ConnectionString, container, default) : new FileBlobStore(_data, TimeProvider.System);
        TurnPump.Run(() => WriteAsync(blobs));
        var random = new Random(17);
        var flips = store == "azure" ? 200 : FaultTier.Of(100, 2000);
        for (var flip = 0; flip < flips; flip++)
        {
            var name = s_folder.Segment(random.Next(1, 4));
            var right = (await blobs.GetAsync(name, default))!.Bytes.ToArray();
            byte[] wrong = [.. right];

            // Behind the header, which the segment before is named for.
            wrong[random.Next(right.AsSpan().IndexOf((byte)'\n') + 1, right.Length)] ^= (byte)(1 << random.Next(8));
            await ReplaceAsync(blobs, name, wrong);
            var found = await Assert.ThrowsAsync<LedgerCorruptException>(() => LedgerReader.VerifyAsync(blobs, "p", "0", default));
            Assert.Equal(name, found.Blob);
            Assert.Contains(name, found.Message, StringComparison.Ordinal);
            await ReplaceAsync(blobs, name, right);
        }

        await LedgerReader.VerifyAsync(blobs, "p", "0", default);
        FaultReport.Add($"flipped bits ({(store == "azure" ? "Azurite" : "files")}): {flips:N0} of {flips:N0} found and the segment named");
    }

    private static async Task WriteAsync(IBlobStore blobs)
    {
        await blobs.PutIfAbsentAsync(Pairs, TestPairs.Segment(Enumerable.Range(0, 6).Select(n => TestPairs.Pair(n))), default);
        await using var shard = await LedgerShard.OpenAsync(new(blobs, s_folder, new LedgerOptions { SegmentAppends = 4 }, TimeProvider.System), default);
        await shard.AddPairsAsync(Pairs, default);
        for (var annotator = 0; annotator < 8; annotator++)
        {
            var leased = (await shard.LeaseAsync(new(TestPairs.Annotator(annotator), 1), default)).Pairs;
            foreach (var pair in leased)
            {
                await shard.SubmitAsync(new() { Id = TestPairs.Judgment(annotator), Pair = pair.Pair.Id, Annotator = TestPairs.Annotator(annotator), Lease = pair.Lease, Choice = ShownChoice.Left });
            }
        }

        Assert.NotNull(await blobs.StatAsync(s_folder.Segment(4), default));
    }

    private static async Task ReplaceAsync(IBlobStore blobs, string name, byte[] content)
    {
        await blobs.DeleteAsync(name, null, default);
        await blobs.PutIfAbsentAsync(name, content, default);
    }
}
