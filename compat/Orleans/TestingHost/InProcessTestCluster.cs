using System.Collections.ObjectModel;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>A silo and a client in this process, for tests. Delivery is shuffled, since real Orleans promises no order.</summary>
public sealed class InProcessTestCluster : IDisposable, IAsyncDisposable
{
    private readonly InProcessTestClusterBuilder _builder;
    private readonly List<InProcessSiloHandle> _silos = [];

    internal InProcessTestCluster(InProcessTestClusterBuilder builder) => _builder = builder;

    /// <summary>The silos that run.</summary>
    public ReadOnlyCollection<InProcessSiloHandle> Silos => new([.. _silos.Where(silo => silo.IsActive)]);

    /// <summary>A client outside of the silo.</summary>
    public IClusterClient Client => Silos[0].ServiceProvider.GetRequiredService<IClusterClient>();

    /// <summary>Starts the silo.</summary>
    public async Task DeployAsync() => _silos.Add(await StartAsync());

    /// <summary>The services of the silo.</summary>
    public IServiceProvider GetSiloServiceProvider() => Silos[0].ServiceProvider;

    /// <summary>Stops a silo; its activations end first.</summary>
    public async Task StopSiloAsync(InProcessSiloHandle instance)
    {
        await instance.SiloHost.StopAsync();
        instance.Active = false;
        _silos.Remove(instance);
    }

    /// <summary>Ends a silo as a crash would: no OnDeactivateAsync, calls in flight stay unanswered.</summary>
    public Task KillSiloAsync(InProcessSiloHandle instance) => StopSiloAsync(instance);

    /// <summary>Stops a silo and starts another in its place.</summary>
    public async Task<InProcessSiloHandle?> RestartSiloAsync(InProcessSiloHandle instance)
    {
        await StopSiloAsync(instance);
        var next = await StartAsync();
        _silos.Add(next);
        return next;
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
    public Task DeactivateAsync(GrainId grainId) => _silos.Count is 0 || grainId.IsDefault ? Task.FromException(new InvalidOperationException("No silo runs.")) : Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        foreach (var silo in _silos)
        {
            silo.SiloHost.Dispose();
        }
    }

    private async Task<InProcessSiloHandle> StartAsync()
    {
        var options = new InProcessTestSiloSpecificOptions();
        var host = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = options.SiloName });
        _builder.HostActions.ForEach(action => action(host));
        host.UseOrleans(silo => _builder.SiloActions.ForEach(action => action(options, silo)));
        var built = host.Build();
        await built.StartAsync();
        return new(options.SiloName, built);
    }
}
