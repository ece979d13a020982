using System.Reflection;
using static TorchSharp.torch;

namespace Orleans.Dpo.Compat.Tests.TorchSharp;

/// <summary>tests/golden/torchsharp-manifest.txt against the TorchSharp that is referenced, whichever it is.</summary>
public sealed class ManifestTests
{
    public static TheoryData<string, string> Members()
    {
        var members = new TheoryData<string, string>();
        var type = string.Empty;
        foreach (var line in File.ReadLines(Golden.PathOf("torchsharp-manifest.txt")).Where(l => l.Length > 0 && l[0] != '#'))
        {
            if (line[0] != ' ')
            {
                type = line;
                continue;
            }

            foreach (var member in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                members.Add(type, member);
            }
        }

        return members;
    }

    [Theory]
    [MemberData(nameof(Members))]
    public void A_member_the_trainer_uses_exists_with_its_parameter_names(string type, string member)
    {
        var owner = typeof(Tensor).Assembly.GetType(type, throwOnError: true)!;
        const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.FlattenHierarchy;
        var open = member.IndexOf('(', StringComparison.Ordinal);
        var name = (open < 0 ? member : member[..open]).TrimStart('@');
        if (open < 0)
        {
            Assert.NotEmpty(owner.GetMember(name, Public));
            return;
        }

        var wanted = member[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries);
        var signatures = name switch
        {
            "new" => owner.GetConstructors().Select(c => c.GetParameters()),
            "Item" => owner.GetProperties(Public).Select(p => p.GetIndexParameters()),
            _ => Callable(owner, name, Public),
        };
        Assert.Contains(signatures, parameters => Fits(parameters, wanted));
    }

    // A member may be an extension method in the real library: its first parameter is then the owner.
    private static IEnumerable<ParameterInfo[]> Callable(Type owner, string name, BindingFlags flags)
    {
        var own = owner.GetMethods(flags).Where(m => m.Name == name).Select(m => m.GetParameters());
        var extensions = owner.Assembly.GetExportedTypes().Where(t => t.IsAbstract && t.IsSealed && !t.IsNested)
            .SelectMany(t => t.GetMethods(BindingFlags.Public | BindingFlags.Static))
            .Where(m => m.Name == name && m.GetParameters() is [var first, ..] && first.ParameterType == owner)
            .Select(m => m.GetParameters()[1..]);
        return own.Concat(extensions);
    }

    // The named parameters in order; what follows them must be optional.
    private static bool Fits(ParameterInfo[] parameters, string[] wanted) =>
        parameters.Length >= wanted.Length
        && wanted.Zip(parameters).All(p => p.First.Split('|').Contains(p.Second.Name))
        && parameters.Skip(wanted.Length).All(p => p.IsOptional || p.GetCustomAttributes().Any(a => a is ParamArrayAttribute) || wanted.Length < 2);
}
