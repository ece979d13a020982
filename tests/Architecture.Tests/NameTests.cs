using System.Text.RegularExpressions;

namespace Orleans.Dpo.Architecture.Tests;

public sealed partial class NameTests
{
    private static readonly HashSet<string> s_banned = new(StringComparer.OrdinalIgnoreCase)
    {
        "Utils", "Util", "Helpers", "Helper", "Manager", "Processor", "Common", "Base", "Misc", "Data",
    };

    [Fact]
    public void No_type_or_folder_has_a_name_that_says_nothing()
    {
        var folders = Repository.Files("src", "*.cs").Concat(Repository.Files("compat", "*.cs")).Concat(Repository.Files("samples", "*.cs"))
            .SelectMany(file => Repository.Relative(file).Split('/')[..^1])
            .Distinct().Where(part => s_banned.Contains(part) && part != "Utils");   // TorchSharp.Utils is the real package's namespace
        Assert.Empty(folders);
        var types = Repository.Files("src", "*.cs").Select(file => Path.GetFileNameWithoutExtension(file)).Where(s_banned.Contains);
        Assert.Empty(types);
    }

    [Fact]
    public void Source_has_no_switch_on_the_package_side_and_no_stand_in_namespace()
    {
        foreach (var file in Repository.Files("src", "*.cs"))
        {
            var text = File.ReadAllText(file);
            Assert.False(Directive().IsMatch(text), $"{Repository.Relative(file)} has a preprocessor condition");
            Assert.DoesNotContain("using Orleans.Dpo.Compat", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Nothing_unfinished_is_left_in_the_tree()
    {
        var found = new[] { "src", "compat", "samples", "tests" }.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Where(file => !file.EndsWith("NameTests.cs", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, i) => (Place: $"{Repository.Relative(file)}:{i + 1}", Line: line)))
            .Where(entry => Unfinished().IsMatch(entry.Line)).Select(entry => entry.Place);
        Assert.Empty(found);
    }

    [Fact]
    public void Lock_files_name_no_registry()
    {
        foreach (var file in Directory.EnumerateFiles(Repository.Root, "package-lock.json", SearchOption.AllDirectories)
            .Where(file => !file.Contains("node_modules", StringComparison.Ordinal)))
        {
            Assert.DoesNotContain("\"resolved\"", File.ReadAllText(file), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Source_writes_logs_through_generated_methods_only()
    {
        var direct = Repository.Files("src", "*.cs")
            .Where(file => DirectLog().IsMatch(File.ReadAllText(file))).Select(Repository.Relative);
        Assert.Empty(direct);
    }

    [GeneratedRegex(@"^\s*#(if|elif|else)\b", RegexOptions.Multiline)]
    private static partial Regex Directive();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK)\b|NotImplementedException|catch\s*(\([^)]*\))?\s*\{\s*\}|Skip\s*=\s*""")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(")]
    private static partial Regex DirectLog();
}
