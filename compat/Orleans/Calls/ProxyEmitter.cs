using System.Collections.Concurrent;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Runtime;

/// <summary>Emits, per grain interface, a class that packs arguments and hands the call to <see cref="GrainReference"/>.</summary>
internal static class ProxyEmitter
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.NonPublic;
    private static readonly Type[] s_constructor = [typeof(GrainId), typeof(Type), typeof(ICallRuntime)];
    private static readonly ConcurrentDictionary<Type, Func<GrainId, ICallRuntime, GrainReference>> s_factories = new();

    public static GrainReference Create(GrainId id, Type interfaceType, ICallRuntime runtime) => s_factories.GetOrAdd(interfaceType, Emit)(id, runtime);
    private static Func<GrainId, ICallRuntime, GrainReference> Emit(Type interfaceType)
    {
        if (!interfaceType.IsInterface || !typeof(IAddressable).IsAssignableFrom(interfaceType))
        {
            throw new ArgumentException($"{interfaceType} is not a grain interface.");
        }

        var methods = interfaceType.GetInterfaces().Append(interfaceType).SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .Select(method => new GrainMethod(method)).ToArray();
        var assembly = AssemblyBuilder.DefineDynamicAssembly(new($"Proxy.{interfaceType.FullName}"), AssemblyBuilderAccess.Run);
        var attribute = typeof(IgnoresAccessChecksToAttribute).GetConstructor([typeof(string)])!;
        foreach (var name in methods.SelectMany(m => m.Parameters.Select(p => p.ParameterType).Append(m.Info.DeclaringType!)).Append(interfaceType)
            .Append(typeof(GrainReference)).Select(type => type.Assembly.GetName().Name).Distinct())
        {
            assembly.SetCustomAttribute(new CustomAttributeBuilder(attribute, [name]));
        }

        var proxy = assembly.DefineDynamicModule("proxies").DefineType($"Proxy_{interfaceType.Name}", TypeAttributes.Public | TypeAttributes.Sealed, typeof(GrainReference), [interfaceType]);
        var table = proxy.DefineField("Methods", typeof(GrainMethod[]), FieldAttributes.Public | FieldAttributes.Static);
        var constructor = proxy.DefineConstructor(MethodAttributes.Public, CallingConventions.HasThis, s_constructor);
        var il = constructor.GetILGenerator();
        for (var i = 0; i <= s_constructor.Length; i++)
        {
            il.Emit(OpCodes.Ldarg, i);
        }

        il.Emit(OpCodes.Call, typeof(GrainReference).GetConstructor(Instance, s_constructor)!);
        il.Emit(OpCodes.Ret);
        for (var i = 0; i < methods.Length; i++)
        {
            EmitMethod(proxy, table, methods[i], i);
        }

        var type = proxy.CreateType();
        type.GetField("Methods")!.SetValue(null, methods);
        return (id, runtime) => (GrainReference)Activator.CreateInstance(type, id, interfaceType, runtime)!;
    }

    private static void EmitMethod(TypeBuilder proxy, FieldBuilder table, GrainMethod method, int index)
    {
        Type[] parameters = [.. method.Parameters.Select(p => p.ParameterType)];
        var builder = proxy.DefineMethod(
            $"{method.Info.DeclaringType!.FullName}.{method.Info.Name}",
            MethodAttributes.Private | MethodAttributes.Virtual | MethodAttributes.Final | MethodAttributes.NewSlot | MethodAttributes.HideBySig, method.Info.ReturnType, parameters);
        var il = builder.GetILGenerator();
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldsfld, table);
        il.Emit(OpCodes.Ldc_I4, index);
        il.Emit(OpCodes.Ldelem_Ref);
        il.Emit(OpCodes.Ldc_I4, parameters.Length);
        il.Emit(OpCodes.Newarr, typeof(object));
        for (var i = 0; i < parameters.Length; i++)
        {
            il.Emit(OpCodes.Dup);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldarg, i + 1);
            il.Emit(OpCodes.Box, parameters[i]);
            il.Emit(OpCodes.Stelem_Ref);
        }

        il.Emit(OpCodes.Call, Sender(method.Info.ReturnType));
        il.Emit(OpCodes.Ret);
        proxy.DefineMethodOverride(builder, method.Info);
    }

    private static MethodInfo Sender(Type returned)
    {
        var name = returned == typeof(void) ? nameof(GrainReference.SendOneWay)
            : typeof(Task).IsAssignableFrom(returned) ? (returned.IsGenericType ? nameof(GrainReference.SendOf) : nameof(GrainReference.Send))
            : returned.IsGenericType ? nameof(GrainReference.SendValueOf) : nameof(GrainReference.SendValue);
        var sender = typeof(GrainReference).GetMethod(name, Instance)!;
        return returned.IsGenericType ? sender.MakeGenericMethod(returned.GetGenericArguments()) : sender;
    }
}
