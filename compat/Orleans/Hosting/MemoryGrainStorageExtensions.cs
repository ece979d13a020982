using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Registers in-memory storage.</summary>
public static class MemoryGrainStorageExtensions
{
    private const string DefaultName = "Default";

    /// <summary>Adds in-memory storage under a name.</summary>
    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name, Action<MemoryGrainStorageOptions>? configureOptions = null)
    {
        builder.Services.AddOptions<MemoryGrainStorageOptions>(name).Configure(configureOptions ?? (_ => { }));
        builder.Services.AddGrainStorage(name, static (_, _) => new MemoryGrainStorage());
        return builder;
    }

    /// <summary>Adds in-memory storage for states that name no provider.</summary>
    public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder, Action<MemoryGrainStorageOptions>? configureOptions = null) =>
        builder.AddMemoryGrainStorage(DefaultName, configureOptions);
}
