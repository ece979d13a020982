using System.Reflection;
using System.Xml.Linq;

namespace Orleans.Dpo.Architecture.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void Grains_use_no_web_server_no_tensors_and_no_store_of_their_own()
    {
        var names = References(typeof(Grains.Projects.ProjectId).Assembly);
        Assert.DoesNotContain(names, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name.Contains("TorchSharp", StringComparison.Ordinal) || name.StartsWith("Azure.", StringComparison.Ordinal));
        Assert.DoesNotContain(names, name => name is "Orleans.Dpo.Silo" or "Orleans.Dpo.AnnotatorUi" or "Orleans.Dpo.Trainer");
    }

    [Fact]
    public void Pages_use_grains_and_nothing_of_the_host()
    {
        var names = References(typeof(AnnotatorUi.AnnotatorUiExtensions).Assembly);
        Assert.DoesNotContain(names, name => name is "Orleans.Dpo.Silo" or "Orleans.Dpo.Trainer" || name.StartsWith("Azure.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("src/Grains/Grains.csproj")]
    [InlineData("src/AnnotatorUi/AnnotatorUi.csproj", "Grains")]
    [InlineData("src/Silo/Silo.csproj", "AnnotatorUi", "Grains")]
    [InlineData("src/Trainer/Trainer.csproj")]
    [InlineData("samples/FilmReviews/FilmReviews.csproj")]
    public void A_project_refers_to_these_projects_only(string project, params string[] allowed)
    {
        var references = XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));
        Assert.Equal(allowed.Order(), references.Order());
    }

    [Fact]
    public void Grains_read_no_files_and_no_wall_clock()
    {
        string[] forbidden = ["System.IO.File.", "File.Open", "File.Read", "File.Write", "Directory.", "DateTime.UtcNow", "DateTimeOffset.UtcNow", "DateTime.Now", "ConfigureAwait(false)", "Task.Run(", ".Result;", "Thread.Sleep"];
        var found = Repository.Files("src/Grains", "*.cs")
            .SelectMany(file => forbidden.Where(File.ReadAllText(file).Contains).Select(word => $"{Repository.Relative(file)}: {word}"));
        Assert.Empty(found);
    }

    [Fact]
    public void The_trainer_knows_no_grain_and_no_HTTP()
    {
        var found = Repository.Files("src/Trainer", "*.cs")
            .Where(file => File.ReadAllText(file) is var text && (text.Contains("System.Net.Http", StringComparison.Ordinal) || text.Contains("HttpClient", StringComparison.Ordinal) || text.Contains("IGrain", StringComparison.Ordinal)))
            .Select(Repository.Relative);
        Assert.Empty(found);
    }

    [Fact]
    public void Stand_ins_cannot_be_packed_and_say_what_they_are()
    {
        foreach (var assembly in References(typeof(Grains.Projects.ProjectId).Assembly).Where(name => name.StartsWith("Orleans.Dpo.Compat", StringComparison.Ordinal)).Select(Assembly.Load))
        {
            Assert.EndsWith("-stand-in", assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion, StringComparison.Ordinal);
        }

        Assert.Contains("<IsPackable>false</IsPackable>", File.ReadAllText(Path.Combine(Repository.Root, "compat/Directory.Build.props")), StringComparison.Ordinal);
    }

    private static List<string> References(Assembly assembly) => [.. assembly.GetReferencedAssemblies().Select(name => name.Name!)];
}
