using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo and a client in this process, for tests. Delivery is shuffled, since real Orleans promises no order.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly InProcessTestClusterBuilder _builder;
    private readonly List<InProcessSiloHandle> _silos = [];
    private CallEndpoint? _clientEndpoint;
    private IClusterClient? _client;
    private int _started;

    internal InProcessTestCluster(InProcessTestClusterBuilder builder) => _builder = builder;
    /// <summary>The silos that run.</summary>
    public ReadOnlyCollection<InProcessSiloHandle> Silos => new([.. _silos]);
    /// <summary>A client outside of the silo: nothing is shared with it.</summary>
    public IClusterClient Client => _client ?? throw new InvalidOperationException("The cluster is not deployed.");
    private Silo? Active => _silos.LastOrDefault()?.ServiceProvider.GetRequiredService<Silo>();
    /// <summary>Starts the silo and the client.</summary>
    public async Task DeployAsync()
    {
        _silos.Add(await StartAsync());
        var services = _silos[0].ServiceProvider;
        _clientEndpoint = new(
            () => Active, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IOptions<ClientMessagingOptions>>().Value, isRemote: true);
        var client = new ServiceCollection();
        client.AddSingleton<IClusterClient>(provider => new GrainFactory(GrainTypes.Scan, _clientEndpoint, provider));
        client.AddSingleton<IGrainFactory>(provider => provider.GetRequiredService<IClusterClient>());
        _client = client.BuildServiceProvider().GetRequiredService<IClusterClient>();
    }

    /// <summary>The services of the silo.</summary>
    public IServiceProvider GetSiloServiceProvider() => Silos[0].ServiceProvider;
    /// <summary>Stops a silo; its activations end first.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        await instance.SiloHost.StopAsync();
        End(instance);
    }

    /// <summary>Ends a silo at once: calls in flight stay unanswered. It is no crash: OnDeactivateAsync runs.</summary>
    public async Task KillSiloAsync(InProcessSiloHandle instance)
    {
        await instance.ServiceProvider.GetRequiredService<Silo>().KillAsync();
        End(instance);
    }

    /// <summary>Stops a silo and starts another in its place.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        if (instance.IsActive)
        {
            await StopSiloAsync(instance);
        }

        return await StartAdditionalSiloAsync();
    }

    /// <summary>Starts a silo after the one before has ended; the stand-in runs one at a time.</summary>
    public async Task<InProcessSiloHandle> StartAdditionalSiloAsync()
    {
        if (Active is not null)
        {
            throw new NotSupportedException("The stand-in for Orleans is one silo, and one runs.");
        }

        _silos.Add(await StartAsync());
        return _silos[^1];
    }

    /// <summary>Stops all silos.</summary>
    public async Task StopAllSilosAsync()
    {
        foreach (var silo in Silos)
        {
            await StopSiloAsync(silo);
        }
    }

    /// <summary>Ends a grain's activation, and waits for that.</summary>
    public Task DeactivateAsync(IAddressable grain) => DeactivateAsync(grain.GetGrainId());
    /// <summary>Ends a grain's activation, and waits for that.</summary>
    public Task DeactivateAsync(GrainId grainId) => Active?.DeactivateAsync(grainId) ?? Task.CompletedTask;
    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        _clientEndpoint?.Dispose();
    }

    private void End(InProcessSiloHandle instance)
    {
        instance.Active = false;
        _silos.Remove(instance);
        instance.SiloHost.Dispose();
    }

    private async Task<InProcessSiloHandle> StartAsync()
    {
        var options = new InProcessTestSiloSpecificOptions { SiloName = $"Silo_{_started++}" };
        var host = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = options.SiloName });
        host.Configuration.AddInMemoryCollection([new(DeliveryOrder.Key, "true")]);
        host.UseOrleans(silo =>
        {
            silo.Configure<ClusterOptions>(cluster => (cluster.ClusterId, cluster.ServiceId) = (_builder.Options.ClusterId, _builder.Options.ServiceId));
            _builder.SiloActions.ForEach(action => action(options, silo));
        });
        var built = host.Build();
        await built.StartAsync();
        return new(options.SiloName, built);
    }
}
