namespace Orleans.Dpo.Testing;

/// <summary>A folder that is gone when the test is over.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public TemporaryFolder() => Path = Directory.CreateTempSubdirectory("orleans-dpo-").FullName;

    public string Path { get; }

    public static implicit operator string(TemporaryFolder folder) => folder.Path;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
