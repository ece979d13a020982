namespace Orleans.Dpo.Architecture.Tests;

public sealed class SizeTests
{
    /// <summary>Files that may pass their ceiling, each with the reason. Empty is the aim.</summary>
    private static readonly Dictionary<string, string> s_allowed = new(StringComparer.Ordinal)
    {
    };

    public static TheoryData<string, string, string, int> Ceilings => new()
    {
        { "src/Grains", "*Rules.cs", "rules", 200 },
        { "src/Grains", "*Grain.cs", "grain", 150 },
        { "src/Grains", "*State.cs", "state", 80 },
        { "src/Silo/Api", "*Api.cs", "endpoint", 200 },
        { "src/AnnotatorUi", "*.razor", "page", 150 },
        { "src/Trainer/Losses", "*Loss.cs", "loss", 90 },
        { "src/Trainer/Recipes", "*Recipe.cs", "recipe", 400 },
        { "compat/TorchSharp/native", "*.cpp", "native", 300 },
        { "src", "*.cs", "source", 400 },
        { "compat", "*.cs", "stand-in", 400 },
        { "samples", "*.cs", "sample", 400 },
        { "tests", "*.cs", "test", 400 },
        { "src/AnnotatorUi/wwwroot/js", "*.js", "module", 400 },
    };

    [Theory]
    [MemberData(nameof(Ceilings))]
    public void No_file_is_longer_than_its_kind_may_be(string folder, string pattern, string kind, int ceiling)
    {
        var tooLong = Repository.Files(folder, pattern)
            .Select(file => (File: Repository.Relative(file), Lines: File.ReadLines(file).Count()))
            .Where(entry => entry.Lines > ceiling && !s_allowed.ContainsKey(entry.File)
                && !(kind == "grain" && Path.GetFileName(entry.File).StartsWith('I')))
            .Select(entry => $"{entry.File}: {entry.Lines} lines, a {kind} has at most {ceiling}");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void The_allow_list_names_only_files_that_are_too_long_and_says_why()
    {
        Assert.All(s_allowed, entry =>
        {
            Assert.True(File.Exists(Path.Combine(Repository.Root, entry.Key)), entry.Key);
            Assert.True(entry.Value.Length > 20, entry.Key);
        });
    }

    [Fact]
    public void Stand_ins_stay_smaller_than_the_product_and_within_their_budgets()
    {
        var compat = Lines("compat");
        Assert.InRange(compat, 1, 9_000);
        Assert.InRange(Lines("compat/Orleans"), 1, 3_500);
        Assert.True(compat < Lines("src"), $"compat has {compat} lines of C#, src {Lines("src")}");
    }

    /// <summary>Lines of code: blank lines and comments are not counted, so that nobody saves on documentation (docs/adr/0001-stand-ins.md).</summary>
    private static int Lines(string folder) => Repository.Files(folder, "*.cs").Sum(file =>
        File.ReadLines(file).Count(line => line.AsSpan().Trim() is { Length: > 0 } code && !code.StartsWith("//")));
}
