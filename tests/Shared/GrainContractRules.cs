using System.Reflection;
using System.Runtime.CompilerServices;

namespace Orleans.Dpo.Testing;

/// <summary>
/// What the real Orleans analyzers refuse at build time, checked by reflection and attribute name, so that it also holds where the stand-in compiles the source.
/// </summary>
public static class GrainContractRules
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
    private static readonly string[] s_results = ["Task", "Task`1", "ValueTask", "ValueTask`1", "IAsyncEnumerable`1"];

    /// <summary>One line per violation: the analyzer's number, the place, what is wrong.</summary>
    public static IReadOnlyList<string> Violations(Assembly assembly) => Violations(assembly.GetTypes());

    public static IReadOnlyList<string> Violations(IReadOnlyCollection<Type> types) =>
    [
        .. types.Where(type => Has(type, "GenerateSerializer") && !type.IsEnum).SelectMany(SerializedType),
        .. types.Where(IsGrainInterface).SelectMany(GrainInterface),
        .. types.Where(type => type.IsClass && Implements(type, "IGrainBase")).SelectMany(GrainClass),
        .. Repeated(types, type => type.FullName!),
    ];

    private static IEnumerable<string> SerializedType(Type type)
    {
        var primary = PrimaryConstructorMembers(type);
        var members = type.GetProperties(Declared).Where(p => p.GetIndexParameters().Length is 0).Cast<MemberInfo>()
            .Concat(type.GetFields(Declared).Where(field => !field.IsDefined(typeof(CompilerGeneratedAttribute)))).ToArray();
        foreach (var member in members.Where(m => !Has(m, "Id") && !primary.Contains(m.Name) && IsPublicAndSettable(m)))
        {
            yield return $"ORLEANS0004 {type.FullName}.{member.Name} can be set but has no [Id]";
        }

        foreach (var property in members.OfType<PropertyInfo>().Where(p => Has(p, "Id") && p.SetMethod is null && type.GetField($"<{p.Name}>k__BackingField", Declared) is null))
        {
            yield return $"ORLEANS0101 {type.FullName}.{property.Name} has an [Id] but nothing to set";
        }

        foreach (var id in members.Where(m => Has(m, "Id")).GroupBy(m => Argument(m, "Id")).Where(group => group.Count() > 1))
        {
            yield return $"ORLEANS0012 {type.FullName} gives the id {id.Key} to {string.Join(" and ", id.Select(m => m.Name))}";
        }
    }

    private static IEnumerable<string> GrainInterface(Type type)
    {
        foreach (var property in type.GetProperties(Declared))
        {
            yield return $"ORLEANS0008 {type.FullName}.{property.Name} is a property of a grain interface";
        }

        var methods = type.GetMethods(Declared).Where(method => !method.IsSpecialName && method.IsAbstract).ToArray();
        foreach (var method in methods)
        {
            var place = $"{type.FullName}.{method.Name}";
            if (!s_results.Contains(method.ReturnType.Name) && !(method.ReturnType == typeof(void) && Has(method, "OneWay")))
            {
                yield return $"ORLEANS0009 {place} returns {method.ReturnType.Name}";
            }

            if (method.GetParameters().Any(p => p.ParameterType.IsByRef))
            {
                yield return $"ORLEANS0002 {place} has a ref, in or out parameter";
            }

            if (method.GetParameters().Count(p => p.ParameterType == typeof(CancellationToken)) > 1)
            {
                yield return $"ORLEANS0109 {place} has more than one CancellationToken";
            }
        }

        foreach (var line in Repeated(methods, method => $"{type.FullName}.{method.Name}"))
        {
            yield return line;
        }
    }

    private static IEnumerable<string> GrainClass(Type type) =>
        type.GetMethods(Declared | BindingFlags.Static).Where(method => Has(method, "AlwaysInterleave") || Has(method, "ReadOnly"))
            .Select(method => $"ORLEANS0001 {type.FullName}.{method.Name} has an attribute that belongs on the interface method");

    private static IEnumerable<string> Repeated<T>(IEnumerable<T> members, Func<T, string> name) where T : MemberInfo =>
        members.Where(m => Has(m, "Alias")).GroupBy(m => Argument(m, "Alias")).Where(group => group.Count() > 1)
            .Select(group => $"ORLEANS0011 the alias \"{group.Key}\" is used by {string.Join(" and ", group.Select(name).Order(StringComparer.Ordinal))}");

    private static bool IsGrainInterface(Type type) => type.IsInterface && type.GetInterfaces().Any(i => i.Name is "IGrain" or "IGrainObserver");

    private static bool Implements(Type type, string name) => type.GetInterfaces().Any(i => i.Name == name);

    private static bool Has(MemberInfo member, string attribute) => Find(member, attribute) is not null;

    private static object? Argument(MemberInfo member, string attribute) => Find(member, attribute)!.ConstructorArguments[0].Value;

    private static CustomAttributeData? Find(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == attribute + "Attribute");

    private static bool IsPublicAndSettable(MemberInfo member) => member switch
    {
        PropertyInfo property => property.GetMethod is { IsPublic: true, IsStatic: false } && property.SetMethod is not null,
        FieldInfo field => field.IsPublic && !Has(field, "NonSerialized"),
        _ => false,
    };

    private static HashSet<string> PrimaryConstructorMembers(Type type)
    {
        var deconstruct = type.GetMethods(Declared).FirstOrDefault(m => m.Name is "Deconstruct" && m.IsDefined(typeof(CompilerGeneratedAttribute)));
        return deconstruct is null ? [] : [.. deconstruct.GetParameters().Select(p => p.Name!)];
    }
}
