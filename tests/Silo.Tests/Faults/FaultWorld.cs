using System.Globalization;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Orleans.Dpo.Silo.Tests.Storage;
using Orleans.Dpo.Testing;
using Xunit.Abstractions;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>A host that fails, a crowd, and the files that tell what was true.</summary>
internal sealed class FaultWorld<T> : IAsyncDisposable where T : IJudgedHost
{
    private readonly TemporaryFolder _folder;
    private readonly string? _azure;
    private readonly int _overlap;

    private FaultWorld(TemporaryFolder folder, T host, string? azure, int overlap) => (_folder, Host, _azure, _overlap) = (folder, host, azure, overlap);

    public T Host { get; }

    public Crowd Crowd { get; } = new();

    /// <param name="azurite">Where the blobs are, or null for files.</param>
    /// <param name="size">People, pairs and votes a pair.</param>
    /// <param name="make">Makes the host in a folder, over Azure when it gets a connection string.</param>
    public static async Task<FaultWorld<T>> StartAsync(AzuriteFixture? azurite, (int People, int Pairs, int Overlap) size, Func<TemporaryFolder, string?, T> make)
    {
        if (azurite is not null)
        {
            await new BlobContainerClient(azurite.ConnectionString, FaultWorld.Container).DeleteIfExistsAsync();
        }

        var folder = new TemporaryFolder();
        var world = new FaultWorld<T>(folder, make(folder, azurite?.ConnectionString), azurite?.ConnectionString, size.Overlap);
        var key = await world.Host.StartAsync();
        await world.Crowd.PrepareAsync(world.Host.Port, key, size);
        return world;
    }

    /// <summary>Lets everyone finish, ends the host and holds what was told against what is there.</summary>
    /// <returns>How many judgments were acknowledged.</returns>
    public async Task<int> EndAsync(Task judging, string suite, ITestOutputHelper output)
    {
        Crowd.Enough();
        await judging.WaitAsync(TimeSpan.FromMinutes(5));
        await Host.EndAsync();
        var ledger = _azure is null ? Path.Combine(Host.Data, "projects", "p", "ledger") : await DownloadAsync(_azure);
        var files = LedgerFiles.Read(ledger, _overlap);
        var faults = Crowd.Compare(files).ToList();
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{suite} ({(_azure is null ? "files" : "Azurite")}): {Crowd.Acknowledged.Count:N0} acknowledged, {Crowd.Again:N0} sent again, {Crowd.Copies:N0} extra copies, {files.Epochs:N0} epochs; ");
        output.WriteLine($"{line}{faults.Count} faults");
        Assert.Empty(faults);
        Assert.True(Crowd.Acknowledged.Count > 20, $"Only {Crowd.Acknowledged.Count} judgments were made; the test tells nothing.");
        Assert.Contains(true, Crowd.Acknowledged.Values);
        FaultReport.Add($"{line}0 lost, 0 counted twice, 0 over overlap");
        return Crowd.Acknowledged.Count;
    }

    public async ValueTask DisposeAsync()
    {
        Crowd.Dispose();
        await Host.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<string> DownloadAsync(string azure)
    {
        var container = new BlobContainerClient(azure, FaultWorld.Container);
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

/// <summary>Makes worlds.</summary>
internal static class FaultWorld
{
    public const string Container = "orleans-dpo";

    /// <summary>With a host as a process; between it and its blobs there may be a network that fails.</summary>
    public static Task<FaultWorld<FaultyServer>> OfProcessAsync(AzuriteFixture? azurite, (int People, int Pairs, int Overlap) size, TcpProxy? between = null) =>
        FaultWorld<FaultyServer>.StartAsync(azurite, size, (folder, azure) =>
            azure is null ? new(folder) : new(folder, "--azure", between is null ? azure : AzuriteFixture.ConnectionStringTo(between.Port)));

    /// <summary>With a host inside this process, whose clock, disk and store are the test's.</summary>
    public static Task<FaultWorld<InnerHost>> InsideAsync(AzuriteFixture? azurite, (int People, int Pairs, int Overlap) size) =>
        FaultWorld<InnerHost>.StartAsync(azurite, size, (folder, azure) => new(folder, azure));
}
