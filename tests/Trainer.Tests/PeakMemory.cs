using System.Diagnostics;
using System.Globalization;

namespace Orleans.Dpo.Trainer.Tests;

/// <summary>The largest resident size of the trainer as a process of its own. Linux alone has the number.</summary>
internal static class PeakMemory
{
    /// <summary>Runs a command to its end; the kernel keeps the high-water mark, so reading it often is enough.</summary>
    /// <returns>Bytes.</returns>
    public static long Of(params string[] arguments)
    {
        using var process = TrainerProcess.StartConnected(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEndAsync();
        var peak = 0L;
        while (!process.WaitForExit(TimeSpan.FromMilliseconds(2)))
        {
            peak = Math.Max(peak, HighWaterMark(process));
        }

        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{errors.Result}{output.Result}");
        return peak;
    }

    private static long HighWaterMark(Process process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : 1024 * long.Parse(line.AsSpan(6, line.Length - 8), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It ended between the question and the look.
            return 0;
        }
    }
}
