using Microsoft.Extensions.DependencyInjection;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.TestingHost;

namespace Orleans.Dpo.Compat.Tests.Orleans;

/// <summary>One cluster for the cases that need nothing special of it.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    public InProcessTestCluster Cluster { get; } = Build((_, _) => { });

    /// <summary>A grain factory inside the silo, as code in the silo's process sees it.</summary>
    public IGrainFactory Inside => Cluster.GetSiloServiceProvider().GetRequiredService<IGrainFactory>();

    public static InProcessTestCluster Build(Action<InProcessTestSiloSpecificOptions, ISiloBuilder> configure)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((options, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.UseInMemoryReminderService();
            silo.Services.AddGrainStorage("faulty", (_, _) => new FaultyStorage());
            configure(options, silo);
        });
        return builder.Build();
    }

    public Task InitializeAsync() => Cluster.DeployAsync();

    public async Task DisposeAsync() => await Cluster.DisposeAsync();
}
