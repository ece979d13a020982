using Orleans.Runtime.Hosting;
using Orleans.Storage;

namespace Orleans.Hosting;

/// <summary>Registers in-memory storage.</summary>
public static class MemoryGrainStorageExtensions
{
    /// <summary>Adds in-memory storage under a name.</summary>
    public static ISiloBuilder AddMemoryGrainStorage(this ISiloBuilder builder, string name)
    {
        builder.Services.AddGrainStorage(name, static (_, _) => new MemoryGrainStorage());
        return builder;
    }

    /// <summary>Adds in-memory storage for states that name no provider.</summary>
    public static ISiloBuilder AddMemoryGrainStorageAsDefault(this ISiloBuilder builder) => builder.AddMemoryGrainStorage("Default");
}
