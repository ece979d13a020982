namespace Orleans.Dpo.Architecture.Tests;

/// <summary>The source tree under test: the folder that holds the solution, found upwards from the test's own files.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>Source files below a folder, build outputs and libraries left out.</summary>
    public static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), pattern, SearchOption.AllDirectories)
            .Where(file => !Relative(file).Split('/').Any(part => part is "node_modules" or "artifacts" or "bin" or "obj" or "lib" || part.StartsWith("build", StringComparison.Ordinal) && !part.Contains('.', StringComparison.Ordinal)))
            .Order(StringComparer.Ordinal);

    public static string Relative(string file) => Path.GetRelativePath(Root, file).Replace('\\', '/');

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Orleans.Dpo.sln")))
            {
                return folder.FullName;
            }
        }

        // The build output may lie outside of the checkout (ArtifactsPath).
        return Environment.GetEnvironmentVariable("ORLEANS_DPO_ROOT")
            ?? throw new InvalidOperationException("Orleans.Dpo.sln is not above the test's folder; set ORLEANS_DPO_ROOT to the checkout.");
    }
}
