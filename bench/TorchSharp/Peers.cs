using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Orleans.Dpo.Bench.TorchSharp;

/// <summary>Runs one measurement in a process of its own, whoever's it is. Builds the C++ peer first.</summary>
internal sealed class Peers
{
    private readonly string _rounds;
    private readonly string _sources;
    private readonly string _build;

    public Peers(int rounds)
    {
        _rounds = rounds.ToString(CultureInfo.InvariantCulture);
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Orleans.Dpo.sln")))
        {
            root = root.Parent;
        }

        _sources = Path.Combine((root ?? throw new DirectoryNotFoundException("The repository is not above the benchmark.")).FullName, "bench", "peers");
        _build = Path.Combine(Environment.GetEnvironmentVariable("ArtifactsPath") ?? Path.Combine(root.FullName, "artifacts"), "native", "torch-peers");
        Output("cmake", "-S", _sources, "-B", _build, "-DCMAKE_BUILD_TYPE=Release", "-DTORCH_ROOT=" + Environment.GetEnvironmentVariable("TORCH_ROOT"));
        Output("cmake", "--build", _build, "-j2", "--target", "tiny_op");
    }

    public Dictionary<string, double> Run(string peer)
    {
        var text = peer switch
        {
            "C++" => Output(Path.Combine(_build, "tiny_op"), _rounds),
            "Python" => Output(File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3", Path.Combine(_sources, "tiny_op.py"), _rounds),
            _ => Output(Environment.ProcessPath!, "--inner", _rounds),
        };
        return JsonSerializer.Deserialize<Dictionary<string, double>>(text.Trim().Split('\n')[^1])!;
    }

    private static string Output(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        start.Environment["OMP_NUM_THREADS"] = start.Environment["OPENBLAS_NUM_THREADS"] = "1";
        using var process = Process.Start(start)!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
