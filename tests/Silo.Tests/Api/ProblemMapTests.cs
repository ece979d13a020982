using System.Reflection;
using System.Runtime.CompilerServices;
using Orleans.Dpo.Grains.Refusals;
using Orleans.Dpo.Silo.Api;

namespace Orleans.Dpo.Silo.Tests.Api;

public sealed class ProblemMapTests
{
    [Fact]
    public void Every_refusal_code_and_no_other_is_mapped() =>
        Assert.Equal(Codes(typeof(RefusalCodes)).Concat(Codes(typeof(ProblemCodes))).Order(), ProblemMap.All.Keys.Order());

    [Fact]
    public void The_formats_page_lists_every_code_with_its_status_and_title()
    {
        var lines = File.ReadAllLines(Path.Combine(Root(), "docs", "formats", "problems.md"));
        foreach (var (code, kind) in ProblemMap.All)
        {
            Assert.Contains(lines, line => line.StartsWith($"| `{code}` | {kind.Status} | {kind.Title} |", StringComparison.Ordinal));
        }

        Assert.Equal(ProblemMap.All.Count, lines.Count(line => line.StartsWith("| `", StringComparison.Ordinal)));
    }

    [Fact]
    public void Statuses_are_errors() => Assert.All(ProblemMap.All.Values, kind => Assert.InRange(kind.Status, 400, 599));

    private static IEnumerable<string> Codes(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
