using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Orleans.Serialization;

/// <summary>Makes the function that copies values of one type; null where they are shared.</summary>
internal static class CopierEmitter
{
    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private static readonly MethodInfo s_copy = typeof(CopyState).GetMethod(nameof(CopyState.Copy))!;
    private static readonly MethodInfo s_record = typeof(CopyState).GetMethod(nameof(CopyState.Record))!;
    private static readonly MethodInfo s_new = typeof(RuntimeHelpers).GetMethod(nameof(RuntimeHelpers.GetUninitializedObject))!;
    private static readonly MethodInfo s_typeOf = typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!;

    public static Func<object, CopyState, object>? Create(Type type, bool sharing)
    {
        if (CodecRules.IsShareable(type, sharing) || (CodecRules.HasCodec(type) && typeof(Exception).IsAssignableFrom(type)) || typeof(Runtime.GrainReference).IsAssignableFrom(type))
        {
            return null;
        }

        if (type.IsSZArray)
        {
            return Bind(nameof(CollectionCopiers.CopyArray), type.GetElementType()!);
        }

        if (CodecRules.CollectionCopier(type) is { } name)
        {
            return Bind(name, type.GetGenericArguments());
        }

        // IReadOnlyList and its like may hold a compiler-made wrapper; the real codecs refuse those too.
        if (CodecRules.IsTuple(type))
        {
            return Emit(type, [.. type.GetFields(Everything)]);
        }

        return type.IsDefined(typeof(GenerateSerializerAttribute), false)
            ? Emit(type, CodecRules.Members(type))
            : throw new CodecNotFoundException($"Could not find a copier for type {type}.");
    }

    private static Func<object, CopyState, object> Bind(string name, params Type[] arguments) =>
        typeof(CollectionCopiers).GetMethod(name)!.MakeGenericMethod(arguments).CreateDelegate<Func<object, CopyState, object>>();

    private static Func<object, CopyState, object> Emit(Type type, List<MemberInfo> members)
    {
        var method = new DynamicMethod($"Copy_{type.Name}", typeof(object), [typeof(object), typeof(CopyState)], typeof(CopierEmitter).Module, skipVisibility: true);
        var il = method.GetILGenerator();
        var source = il.DeclareLocal(type);
        var target = il.DeclareLocal(type);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Unbox_Any, type);
        il.Emit(OpCodes.Stloc, source);
        EmitNew(il, type, target);
        foreach (var member in members)
        {
            il.Emit(type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, target);
            il.Emit(type.IsValueType ? OpCodes.Ldloca : OpCodes.Ldloc, source);
            EmitGet(il, member, out var memberType);
            if (!CodecRules.IsShareable(memberType, sharing: false) || !(memberType.IsSealed || memberType.IsValueType))
            {
                il.Emit(OpCodes.Box, memberType);
                var value = il.DeclareLocal(typeof(object));
                il.Emit(OpCodes.Stloc, value);
                il.Emit(OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldloc, value);
                il.Emit(OpCodes.Call, s_copy);
                il.Emit(OpCodes.Unbox_Any, memberType);
            }

            EmitSet(il, member);
        }

        il.Emit(OpCodes.Ldloc, target);
        il.Emit(OpCodes.Box, type);
        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<Func<object, CopyState, object>>();
    }

    /// <summary>By the parameterless constructor if there is one, so that members without [Id] get their defaults, as in the real thing.</summary>
    private static void EmitNew(ILGenerator il, Type type, LocalBuilder target)
    {
        if (type.IsValueType)
        {
            return;
        }

        if (type.GetConstructor(Everything, []) is { } constructor)
        {
            il.Emit(OpCodes.Newobj, constructor);
        }
        else
        {
            il.Emit(OpCodes.Ldtoken, type);
            il.Emit(OpCodes.Call, s_typeOf);
            il.Emit(OpCodes.Call, s_new);
            il.Emit(OpCodes.Castclass, type);
        }

        il.Emit(OpCodes.Stloc, target);
        il.Emit(OpCodes.Ldarg_1);
        il.Emit(OpCodes.Ldarg_0);
        il.Emit(OpCodes.Ldloc, target);
        il.Emit(OpCodes.Call, s_record);
    }

    private static void EmitGet(ILGenerator il, MemberInfo member, out Type type)
    {
        if (member is FieldInfo field)
        {
            il.Emit(OpCodes.Ldfld, field);
            type = field.FieldType;
        }
        else
        {
            var property = (PropertyInfo)member;
            il.Emit(OpCodes.Call, property.GetMethod!);
            type = property.PropertyType;
        }
    }

    private static void EmitSet(ILGenerator il, MemberInfo member)
    {
        if (member is FieldInfo field)
        {
            il.Emit(OpCodes.Stfld, field);
        }
        else
        {
            il.Emit(OpCodes.Call, ((PropertyInfo)member).SetMethod ?? throw new CodecNotFoundException($"{member.DeclaringType}.{member.Name} has an [Id] but cannot be set."));
        }
    }
}
