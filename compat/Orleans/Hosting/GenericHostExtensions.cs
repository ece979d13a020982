using Orleans.Hosting;

namespace Microsoft.Extensions.Hosting;

/// <summary>Puts a silo into a host.</summary>
public static class GenericHostExtensions
{
    /// <summary>Adds a silo.</summary>
    public static IHostApplicationBuilder UseOrleans(this IHostApplicationBuilder hostAppBuilder, Action<ISiloBuilder> configureDelegate)
    {
        hostAppBuilder.Services.AddSilo(hostAppBuilder.Configuration, configureDelegate);
        return hostAppBuilder;
    }
}
