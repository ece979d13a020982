using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Storage;

/// <summary>Makes the states that constructor parameters ask for.</summary>
internal static class PersistentStates
{
    public static object Create(IServiceProvider services, ParameterInfo parameter)
    {
        var attribute = parameter.GetCustomAttribute<PersistentStateAttribute>()!;
        if (!parameter.ParameterType.IsGenericType || parameter.ParameterType.GetGenericTypeDefinition() != typeof(IPersistentState<>))
        {
            throw new ArgumentException($"Parameter '{parameter.Name}' with [PersistentState] is not an IPersistentState.");
        }

        var store = (attribute.StorageName is null ? services.GetService<IGrainStorage>() : services.GetKeyedService<IGrainStorage>(attribute.StorageName))
            ?? throw new BadProviderConfigException(attribute.StorageName is { } name
                ? $"No storage provider named \"{name}\" found loading state."
                : "No default storage provider found loading state.");
        var type = typeof(PersistentState<>).MakeGenericType(parameter.ParameterType.GetGenericArguments());
        return Activator.CreateInstance(type, services.GetRequiredService<IGrainContext>(), store, attribute.StateName)!;
    }
}
