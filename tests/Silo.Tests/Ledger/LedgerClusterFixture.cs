using Orleans.Dpo.Silo.Storage;
using Orleans.TestingHost;

namespace Orleans.Dpo.Silo.Tests.Ledger;

/// <summary>A silo with shuffled delivery over real files, a fresh one for each test.</summary>
public abstract class LedgerClusterFixture : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("orleans-dpo-").FullName;

    protected LedgerClusterFixture()
    {
        var store = new FileBlobStore(_folder, TimeProvider.System);
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddBlobStore(_ => store);
            silo.UseBlobStorage();
        });
        (Store, Cluster) = (store, builder.Build());
    }

    private protected FileBlobStore Store { get; }

    protected InProcessTestCluster Cluster { get; }

    public Task InitializeAsync() => Cluster.DeployAsync();

    public async Task DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
