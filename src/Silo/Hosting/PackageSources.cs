using System.Reflection;
using System.Text.Json.Serialization;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Says of each package whether the real one or the stand-in is loaded. Stand-ins end their informational version in <c>-stand-in</c>.</summary>
internal sealed class PackageSources
{
    /// <summary>Version of the assembly that grains run on.</summary>
    public static string Orleans { get; } = VersionOf(typeof(IGrain).Assembly);

    /// <summary>Version of this product.</summary>
    public static string Product { get; } = VersionOf(typeof(PackageSources).Assembly).Split('+')[0];

    private readonly string? _trainerFolder;

    public PackageSources(TrainerLocation trainer)
    {
        _trainerFolder = trainer.Path is { } path ? System.IO.Path.GetDirectoryName(path) : null;
        Report = new(Orleans, OfTrainer("TorchSharp"), OfTrainer("Microsoft.ML.Tokenizers", "Orleans.Dpo.Compat.Tokenizers"));
    }

    /// <summary>What is in use.</summary>
    public PackageReport Report { get; }

    public static bool IsStandIn(string version) => version.EndsWith("-stand-in", StringComparison.Ordinal);

    // The trainer is another program: its files are read, never loaded.
    private string OfTrainer(string real, string? standIn = null)
    {
        if (_trainerFolder is null)
        {
            return "no trainer found";
        }

        foreach (var name in new[] { standIn ?? $"Orleans.Dpo.Compat.{real}", real })
        {
            var file = System.IO.Path.Combine(_trainerFolder, name + ".dll");
            if (File.Exists(file) && System.Diagnostics.FileVersionInfo.GetVersionInfo(file).ProductVersion is { Length: > 0 } version)
            {
                return version.Split('+')[0];
            }
        }

        return "no trainer found";
    }

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "unknown";
}

/// <summary>Versions in use; a stand-in's ends in <c>-stand-in</c>.</summary>
internal sealed record PackageReport(
    string Orleans,
    [property: JsonPropertyName("torchsharp")] string TorchSharp,
    string Tokenizers);
