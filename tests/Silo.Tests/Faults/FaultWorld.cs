using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A host that fails, a crowd, and the files that tell what was true.</summary>
internal sealed class FaultWorld : IAsyncDisposable
{
    private const string Container = "orleans-dpo";
    private readonly TemporaryFolder _folder = new();
    private readonly string? _azure;
    private readonly int _overlap;

    private FaultWorld(string? azure, int overlap, string? server)
    {
        (_azure, _overlap) = (azure, overlap);
        Server = server is null ? new FaultyServer(_folder) : new FaultyServer(_folder, "--azure", server);
    }

    public FaultyServer Server { get; }

    public Crowd Crowd { get; } = new();

    public static async Task<FaultWorld> StartAsync(AzuriteFixture? azurite, (int People, int Pairs, int Overlap) size, TcpProxy? between)
    {
        if (azurite is not null)
        {
            await new BlobContainerClient(azurite.ConnectionString, Container).DeleteIfExistsAsync();
        }

        var world = new FaultWorld(azurite?.ConnectionString, size.Overlap, between is null ? azurite?.ConnectionString : AzuriteFixture.ConnectionStringTo(between.Port));
        await world.Crowd.PrepareAsync(world.Server.Port, await world.Server.StartAsync(), size);
        return world;
    }

    /// <summary>Lets everyone finish, ends the host and holds what was told against what is there.</summary>
    public async Task EndAsync(Task judging, ITestOutputHelper output)
    {
        Crowd.Enough();
        await judging.WaitAsync(TimeSpan.FromMinutes(2));
        await Server.KillAsync();
        var ledger = _azure is null ? Path.Combine(Server.Data, "projects", "p", "ledger") : await DownloadAsync(_azure);
        var files = LedgerFiles.Read(ledger, _overlap);
        var faults = Crowd.Compare(files).ToList();
        output.WriteLine($"{Server.Kills - 1} kills, {Crowd.Acknowledged.Count} acknowledged, {Crowd.Again} sent again, {files.Events} events, {files.Epochs} epochs, {files.Judgments} judgments, {faults.Count} faults");
        Assert.Empty(faults);
        Assert.True(Crowd.Acknowledged.Count > 20, $"Only {Crowd.Acknowledged.Count} judgments were made; the test tells nothing.");
        Assert.Contains(true, Crowd.Acknowledged.Values);
    }

    public async ValueTask DisposeAsync()
    {
        Crowd.Dispose();
        Server.Dispose();
        await Task.Yield();
        _folder.Dispose();
    }

    private async Task<string> DownloadAsync(string azure)
    {
        var container = new BlobContainerClient(azure, Container);
        var root = _folder.File("downloaded");
        const string prefix = "projects/p/ledger/";
        await foreach (var blob in container.GetBlobsAsync(BlobTraits.None, BlobStates.None, prefix, default))
        {
            var file = Path.Combine(root, blob.Name[prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await container.GetBlobClient(blob.Name).DownloadToAsync(file);
        }

        return root;
    }
}
