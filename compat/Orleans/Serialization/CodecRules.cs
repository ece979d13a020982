using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using System.Numerics;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Orleans.Serialization;

/// <summary>Which types may travel, and which of those never change and so may be shared.</summary>
internal static class CodecRules
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    private static readonly HashSet<Type> s_atoms =
    [
        typeof(string), typeof(decimal), typeof(Guid), typeof(DateTime), typeof(DateTimeOffset), typeof(DateOnly), typeof(TimeOnly), typeof(TimeSpan),
        typeof(Half), typeof(Int128), typeof(UInt128), typeof(BigInteger), typeof(Uri), typeof(Version), typeof(IPAddress), typeof(IPEndPoint),
        typeof(CultureInfo), typeof(CancellationToken), typeof(GrainId), typeof(GrainType), typeof(IdSpan), typeof(ValueTuple),
    ];

    /// <summary>The collections with a copier; in order of their names in <see cref="CollectionCopiers"/>.</summary>
    private static readonly Dictionary<Type, string> s_collections = new()
    {
        [typeof(List<>)] = nameof(CollectionCopiers.CopyList),
        [typeof(HashSet<>)] = nameof(CollectionCopiers.CopyHashSet),
        [typeof(Queue<>)] = nameof(CollectionCopiers.CopyQueue),
        [typeof(Dictionary<,>)] = nameof(CollectionCopiers.CopyDictionary),
        [typeof(SortedDictionary<,>)] = nameof(CollectionCopiers.CopySortedDictionary),
        [typeof(System.Collections.ObjectModel.ReadOnlyCollection<>)] = nameof(CollectionCopiers.CopyReadOnlyCollection),
        [typeof(ImmutableArray<>)] = nameof(CollectionCopiers.CopyImmutableArray),
        [typeof(ImmutableList<>)] = nameof(CollectionCopiers.CopyImmutableList),
        [typeof(ImmutableHashSet<>)] = nameof(CollectionCopiers.CopyImmutableHashSet),
        [typeof(ImmutableDictionary<,>)] = nameof(CollectionCopiers.CopyImmutableDictionary),
        [typeof(ImmutableSortedDictionary<,>)] = nameof(CollectionCopiers.CopyImmutableSortedDictionary),
        [typeof(KeyValuePair<,>)] = nameof(CollectionCopiers.CopyKeyValuePair),
        [typeof(ReadOnlyMemory<>)] = nameof(CollectionCopiers.CopyReadOnlyMemory),
    };

    public static bool IsTuple(Type type) => type.IsGenericType && type.IsAssignableTo(typeof(System.Runtime.CompilerServices.ITuple));
    public static string? CollectionCopier(Type type) => type.IsGenericType ? s_collections.GetValueOrDefault(type.GetGenericTypeDefinition()) : null;
    public static bool HasCodec(Type type)
    {
        if (type.IsArray)
        {
            return HasCodec(type.GetElementType()!);
        }

        if (type == typeof(object) || type.IsPrimitive || type.IsEnum || s_atoms.Contains(type) || typeof(IAddressable).IsAssignableFrom(type) || typeof(Type).IsAssignableFrom(type))
        {
            return true;
        }

        if (typeof(Exception).IsAssignableFrom(type))
        {
            return type.IsDefined(typeof(GenerateSerializerAttribute), false) || type.Assembly == typeof(object).Assembly || type.Namespace!.StartsWith("System", StringComparison.Ordinal);
        }

        if (type.IsDefined(typeof(GenerateSerializerAttribute), false) || Nullable.GetUnderlyingType(type) is not null || IsTuple(type) || CollectionCopier(type) is not null)
        {
            return Array.TrueForAll(type.GetGenericArguments(), HasCodec);
        }

        // Collection interfaces are judged by the object behind them, at call time.
        return type.IsInterface && type.IsGenericType && type.Namespace == typeof(List<>).Namespace
            && typeof(IEnumerable).IsAssignableFrom(type) && Array.TrueForAll(type.GetGenericArguments(), HasCodec);
    }

    /// <summary>The type and all that it names: elements, type arguments, members that travel.</summary>
    public static IEnumerable<Type> Reachable(Type type)
    {
        HashSet<Type> seen = [];
        Stack<Type> open = new([type]);
        while (open.TryPop(out var next))
        {
            if (seen.Add(next) && next != typeof(object))
            {
                var members = Members(next).Select(member => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType);
                foreach (var part in next.GetGenericArguments().Concat(members).Concat(next.IsArray ? [next.GetElementType()!] : []))
                {
                    open.Push(part);
                }
            }
        }

        return seen;
    }

    /// <summary>Whether every value of exactly this type may be shared.</summary>
    public static bool IsShareable(Type type, bool sharing)
    {
        if (type.IsPrimitive || type.IsEnum || s_atoms.Contains(type) || typeof(Type).IsAssignableFrom(type))
        {
            return true;
        }

        if (Nullable.GetUnderlyingType(type) is { } inner)
        {
            return IsShareable(inner, sharing);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() is var definition)
        {
            if (definition == typeof(Immutable<>))
            {
                return sharing;
            }

            if (IsTuple(type) || definition == typeof(KeyValuePair<,>) || (sharing && type.Namespace == typeof(ImmutableArray<>).Namespace && CollectionCopier(type) is not null))
            {
                return (type.IsValueType || sharing) && Array.TrueForAll(type.GetGenericArguments(), t => (t.IsValueType || t.IsSealed) && IsShareable(t, sharing));
            }
        }

        if (!type.IsDefined(typeof(GenerateSerializerAttribute), false))
        {
            return false;
        }

        return (sharing && type.IsDefined(typeof(ImmutableAttribute), false))
            || (type.IsValueType && Members(type) is var members && members.Count == type.GetFields(Declared).Length
                && members.TrueForAll(m => m is FieldInfo field && (field.FieldType.IsValueType || field.FieldType.IsSealed) && IsShareable(field.FieldType, sharing)));
    }

    /// <summary>What a copy carries: members with [Id], and primary-constructor members of records. Backing fields where there are any.</summary>
    public static List<MemberInfo> Members(Type type)
    {
        var members = new List<MemberInfo>();
        for (var level = type; level is not null && level.IsDefined(typeof(GenerateSerializerAttribute), false); level = level.BaseType)
        {
            var primary = PrimaryConstructorMembers(level);
            members.AddRange(level.GetFields(Declared).Where(field => field.IsDefined(typeof(IdAttribute))));
            members.AddRange(level.GetProperties(Declared).Where(p => p.IsDefined(typeof(IdAttribute)) || primary.Contains(p.Name))
                .Select(p => (MemberInfo?)level.GetField($"<{p.Name}>k__BackingField", Declared) ?? p));
        }

        return members;
    }

    private static HashSet<string> PrimaryConstructorMembers(Type type)
    {
        var deconstruct = Array.Find(type.GetMethods(Declared), m => m.Name is "Deconstruct" && m.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute)));
        return deconstruct is null ? [] : [.. deconstruct.GetParameters().Select(p => p.Name!)];
    }
}
