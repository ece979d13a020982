using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Concurrency;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>What is fixed about a grain class.</summary>
internal sealed class GrainClass
{
    private readonly bool _reentrant;
    private readonly MethodInfo? _mayInterleave;
    private readonly Lazy<Func<IServiceProvider, object>> _create;

    public GrainClass(Type type)
    {
        Type = type;
        var name = type.Name.ToLowerInvariant();
        GrainType = type.GetCustomAttribute<GrainTypeAttribute>(false)?.GrainType
            ?? GrainType.Create(name.Length > 5 && name.EndsWith("grain", StringComparison.Ordinal) ? name[..^5] : name);
        KeepAlive = type.IsDefined(typeof(KeepAliveAttribute));
        AgeLimit = type.GetCustomAttribute<CollectionAgeLimitAttribute>()?.AgeLimit;
        _reentrant = type.IsDefined(typeof(ReentrantAttribute));
        if (type.GetCustomAttribute<MayInterleaveAttribute>() is { } attribute)
        {
            _mayInterleave = type.GetMethod(attribute.CallbackMethodName, BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.FlattenHierarchy)
                ?? throw new InvalidOperationException($"Class {type.FullName} doesn't declare public static method with name {attribute.CallbackMethodName} specified in MayInterleave attribute");
        }

        _create = new(Factory);
    }

    public Type Type { get; }
    public GrainType GrainType { get; }
    public bool KeepAlive { get; }
    public TimeSpan? AgeLimit { get; }
    public bool MayInterleave(object instance, IInvokable request) =>
        _reentrant || (_mayInterleave is not null && (bool)_mayInterleave.Invoke(_mayInterleave.IsStatic ? null : instance, [request])!);

    public object CreateInstance(IServiceProvider services)
    {
        try
        {
            return _create.Value(services);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Failed to create an instance of grain type '{Type}'.", new TargetInvocationException(exception));
        }
    }

    private Func<IServiceProvider, object> Factory()
    {
        var parameters = Type.GetConstructors().FirstOrDefault()?.GetParameters() ?? [];
        var facets = Array.FindAll(parameters, p => p.IsDefined(typeof(PersistentStateAttribute)));
        var create = ActivatorUtilities.CreateFactory(Type, Array.ConvertAll(facets, p => p.ParameterType));
        return services => create(services, Array.ConvertAll<ParameterInfo, object?>(facets, p => PersistentStates.Create(services, p)));
    }
}
