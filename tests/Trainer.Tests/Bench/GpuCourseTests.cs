using System.Diagnostics;

namespace Orleans.Dpo.Trainer.Tests.Bench;

/// <summary>The whole course for a GPU machine, on the CPU with tiny shapes: self-contained publish, native builds, parity, peers. In the tier of <c>./dpo test --all</c>.</summary>
public sealed class GpuCourseTests
{
    private static bool Runs => Environment.GetEnvironmentVariable("ORLEANS_DPO_TESTS") == "all";

    [Fact]
    public async Task Its_self_test_passes()
    {
        var script = Path.Combine(Root(), "bench", "gpu", "run.sh");
        Assert.True(File.Exists(script));
        if (!Runs)
        {
            return;
        }

        using var scratch = new ScratchFolder();
        var start = new ProcessStartInfo("bash", [script, "--self-test", "--json", scratch.File("gpu.json")]) { RedirectStandardError = true, RedirectStandardOutput = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        var result = await File.ReadAllTextAsync(scratch.File("gpu.json"));
        Assert.Contains("parity with the CPU", result, StringComparison.Ordinal);
        Assert.DoesNotContain("\"pass\": false", result, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(Environment.GetEnvironmentVariable("ORLEANS_DPO_ROOT") ?? AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.Dpo.sln")))
        {
            folder = folder.Parent!;
        }

        return folder.FullName;
    }
}
