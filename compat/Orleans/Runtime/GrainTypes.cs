using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Serialization;

namespace Orleans.Runtime;

/// <summary>The grain classes and interfaces of the application's assemblies.</summary>
internal sealed class GrainTypes
{
    private static readonly ConcurrentDictionary<Assembly, Type[]> s_types = new();
    private readonly Dictionary<GrainType, GrainClass> _classes = [];
    private readonly ConcurrentDictionary<Type, GrainClass[]> _byInterface = new();

    private GrainTypes(IEnumerable<Type> types)
    {
        foreach (var type in types.Where(type => type is { IsClass: true, IsAbstract: false, IsGenericTypeDefinition: false } && typeof(IGrainBase).IsAssignableFrom(type)))
        {
            var grainClass = new GrainClass(type);
            if (!_classes.TryAdd(grainClass.GrainType, grainClass))
            {
                throw new InvalidOperationException($"Two grain classes are of type {grainClass.GrainType}: {_classes[grainClass.GrainType].Type} and {type}. Give one a [GrainType].");
            }
        }
    }

    /// <summary>Looks through every loaded or referenced assembly that uses Orleans.</summary>
    public static GrainTypes Scan()
    {
        var seen = new HashSet<Assembly>();
        var queue = new Queue<Assembly>(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic));
        while (queue.TryDequeue(out var assembly))
        {
            var references = assembly.GetReferencedAssemblies();
            if (Array.Exists(references, r => r.Name == typeof(GrainTypes).Assembly.GetName().Name) && seen.Add(assembly))
            {
                Array.ForEach(references, r => queue.Enqueue(Assembly.Load(r)));
            }
        }

        return new(Check([.. seen.SelectMany(assembly => s_types.GetOrAdd(assembly, a => a.GetTypes()))]));
    }

    /// <summary>Refuses grain interfaces whose signatures name types that cannot travel.</summary>
    internal static Type[] Check(Type[] types)
    {
        var methods = types.Where(type => type.IsInterface && typeof(IGrain).IsAssignableFrom(type))
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public)).Select(method => new GrainMethod(method)).ToArray();
        var bad = methods.SelectMany(method => method.Parameters.Select(p => p.ParameterType)
                .Append(GrainMethod.ResultType(method.Info.ReturnType) ?? typeof(object))
                .SelectMany(CodecRules.Reachable).Where(type => !CodecRules.HasCodec(type)).Select(type => $"* {type} used by {method}"))
            .Distinct().ToArray();
        return bad.Length is 0 ? types : throw new OrleansConfigurationException(
            "Found unserializable or uncopyable types which are being referenced in grain interface signatures:" + Environment.NewLine + string.Join(Environment.NewLine, bad));
    }

    public int Count => _classes.Count;
    public GrainClass? Find(GrainType type) => _classes.GetValueOrDefault(type);
    public GrainClass Resolve(Type interfaceType, string? prefix)
    {
        var all = _byInterface.GetOrAdd(interfaceType, key => [.. _classes.Values.Where(c => key.IsAssignableFrom(c.Type))]);
        var found = prefix is null ? all : Array.FindAll(all, c => c.Type.FullName!.StartsWith(prefix, StringComparison.Ordinal));
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"Could not find an implementation for interface {interfaceType}"),
            _ => throw new ArgumentException($"Unable to identify a single appropriate grain type for interface {interfaceType}. Candidates: {string.Join(", ", found.Select(c => c.GrainType))}"),
        };
    }
}
