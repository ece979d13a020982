using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Storage;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Storage;

public sealed class FileBlobStoreTests : BlobStoreConformance, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Two_stores_on_one_folder_share_appends_and_seals()
    {
        var (one, other) = (await OpenAsync(), await OpenAsync());
        Assert.Equal(AppendOutcome.Appended, await one.AppendAsync("log", 0, Bytes("1"), None));
        Assert.Equal(AppendOutcome.Appended, await other.AppendAsync("log", 1, Bytes("2"), None));
        Assert.Equal(AppendOutcome.WrongPosition, await one.AppendAsync("log", 1, Bytes("3"), None));
        await one.SealAsync("log", None);
        Assert.Equal(AppendOutcome.Sealed, await other.AppendAsync("log", 2, Bytes("4"), None));
    }

    [Fact]
    public async Task Blobs_are_plain_files_by_their_names()
    {
        var store = await OpenAsync();
        await store.PutIfAbsentAsync("projects/p/policy.json", Bytes("{}"), None);
        Assert.Equal("{}", File.ReadAllText(_folder.File("projects/p/policy.json")));
        File.WriteAllText(_folder.File("projects/p/by-hand.txt"), "hi");
        Assert.Equal("hi", Text((await store.GetAsync("projects/p/by-hand.txt", None))!.Bytes));
        Assert.Equal(2, (await ListAsync(store, "")).Count);
    }

    protected override Task<IBlobStore> OpenAsync() => Task.FromResult<IBlobStore>(new FileBlobStore(_folder, TimeProvider.System));
}
