using System.Linq.Expressions;
using System.Reflection;
using Orleans.Concurrency;

namespace Orleans.Runtime;

/// <summary>One method of a grain interface, with what its attributes say and a compiled way to call it.</summary>
internal sealed class GrainMethod
{
    private readonly Lazy<Func<object, object?[], ValueTask<object?>>> _invoke;

    public GrainMethod(MethodInfo method)
    {
        var returned = method.ReturnType;
        if (returned != typeof(void) && ResultType(returned) is null)
        {
            throw new NotSupportedException($"{Name(method)}: the stand-in for Orleans has no methods that return {returned.Name}.");
        }

        if (method.IsGenericMethodDefinition)
        {
            throw new NotSupportedException($"{Name(method)}: the stand-in for Orleans has no generic methods.");
        }

        Info = method;
        Parameters = method.GetParameters();
        IsReadOnly = method.IsDefined(typeof(ReadOnlyAttribute));
        AlwaysInterleave = method.IsDefined(typeof(AlwaysInterleaveAttribute));
        OneWay = method.IsDefined(typeof(OneWayAttribute));
        Timeout = method.GetCustomAttribute<ResponseTimeoutAttribute>()?.Timeout;
        TokenIndex = Array.FindIndex(Parameters, p => p.ParameterType == typeof(CancellationToken));
        SharedParameters = [.. Parameters.Select(p => p.IsDefined(typeof(ImmutableAttribute)))];
        SharedResult = method.ReturnParameter.IsDefined(typeof(ImmutableAttribute), false);
        _invoke = new(Compile);
    }

    public MethodInfo Info { get; }
    public ParameterInfo[] Parameters { get; }
    public bool IsReadOnly { get; }
    public bool AlwaysInterleave { get; }
    public bool OneWay { get; }
    public TimeSpan? Timeout { get; }
    public int TokenIndex { get; }
    public bool[] SharedParameters { get; }
    public bool SharedResult { get; }
    /// <summary>The type inside the task: object for none, null where the method is not a grain method.</summary>
    public static Type? ResultType(Type returned) =>
        returned == typeof(Task) || returned == typeof(ValueTask) ? typeof(object)
        : returned.IsGenericType && (returned.GetGenericTypeDefinition() == typeof(Task<>) || returned.GetGenericTypeDefinition() == typeof(ValueTask<>))
            ? returned.GetGenericArguments()[0]
            : null;

    public ValueTask<object?> InvokeAsync(object target, object?[] arguments) => _invoke.Value(target, arguments);
    public override string ToString() => Name(Info);
    private static string Name(MethodInfo method) => $"{method.DeclaringType!.Name}.{method.Name}";
    private static ValueTask<object?> FromVoid() => default;
    private static async ValueTask<object?> FromTask(Task task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> FromTaskOf<T>(Task<T> task) => await task;
    private static async ValueTask<object?> FromValueTask(ValueTask task)
    {
        await task;
        return null;
    }

    private static async ValueTask<object?> FromValueTaskOf<T>(ValueTask<T> task) => await task;
    private Func<object, object?[], ValueTask<object?>> Compile()
    {
        var target = Expression.Parameter(typeof(object));
        var arguments = Expression.Parameter(typeof(object?[]));
        var call = Expression.Call(
            Expression.Convert(target, Info.DeclaringType!),
            Info,
            Parameters.Select((p, i) => Expression.Convert(Expression.ArrayIndex(arguments, Expression.Constant(i)), p.ParameterType)));
        var returned = Info.ReturnType;
        if (returned == typeof(void))
        {
            return Expression.Lambda<Func<object, object?[], ValueTask<object?>>>(
                Expression.Block(call, Expression.Call(typeof(GrainMethod), nameof(FromVoid), null)), target, arguments).Compile();
        }

        var adapter = (returned.IsGenericType, typeof(Task).IsAssignableFrom(returned)) switch
        {
            (true, true) => nameof(FromTaskOf),
            (false, true) => nameof(FromTask),
            (true, false) => nameof(FromValueTaskOf),
            _ => nameof(FromValueTask),
        };
        return Expression.Lambda<Func<object, object?[], ValueTask<object?>>>(
            Expression.Call(typeof(GrainMethod), adapter, returned.IsGenericType ? returned.GetGenericArguments() : null, call), target, arguments).Compile();
    }
}
