namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Where the trainer's executable is: the one named by the options, else in <c>trainer/</c> beside the host, else in the build output of the same configuration.</summary>
internal sealed class TrainerLocation
{
    private const string Name = "Orleans.Dpo.Trainer";

    public TrainerLocation(SiloOptions options)
    {
        var here = AppContext.BaseDirectory.TrimEnd(System.IO.Path.DirectorySeparatorChar);
        var configuration = System.IO.Path.GetFileName(here);
        string[] places = options.Trainer is { } named
            ? [System.IO.Path.GetFullPath(named)]
            : [System.IO.Path.Combine(here, "trainer", Name), System.IO.Path.GetFullPath(System.IO.Path.Combine(here, "..", "..", "Trainer", configuration, Name))];
        Path = places.FirstOrDefault(File.Exists);
        Sought = places;
    }

    /// <summary>The file, or null when there is none.</summary>
    public string? Path { get; }

    /// <summary>Where it was looked for.</summary>
    public IReadOnlyList<string> Sought { get; }
}
