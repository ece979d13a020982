namespace Orleans.Dpo.Testing;

/// <summary>Files of the checkout that tests read, such as golden files.</summary>
internal static class RepositoryFile
{
    public static string Path(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Orleans.Dpo.sln")))
            {
                return System.IO.Path.Combine(folder.FullName, name);
            }
        }

        var root = Environment.GetEnvironmentVariable("ORLEANS_DPO_ROOT")
            ?? throw new InvalidOperationException("Orleans.Dpo.sln is not above the test's folder; set ORLEANS_DPO_ROOT to the checkout.");
        return System.IO.Path.Combine(root, name);
    }
}
