using System.Diagnostics;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Tests;

/// <summary>Starts the trainer's own executable.</summary>
internal static class TrainerProcess
{
    public static Process Start(params string[] arguments) => Start(new ProcessStartInfo(), arguments);

    /// <summary>With standard input held by the test and standard error readable.</summary>
    public static Process StartConnected(params string[] arguments) => Start(
        new ProcessStartInfo { RedirectStandardInput = true, RedirectStandardError = true, RedirectStandardOutput = true }, arguments);

    /// <summary>With an environment of its own.</summary>
    public static Process StartWith(ProcessStartInfo start, params string[] arguments) => Start(start, arguments);

    private static Process Start(ProcessStartInfo start, string[] arguments)
    {
        // A shell without job control starts what it puts in the background with interrupts ignored, and every child inherits that; people's trainers have not.
        start.FileName = "env";
        start.ArgumentList.Add("--default-signal=INT");
        start.ArgumentList.Add(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet");
        start.ArgumentList.Add(typeof(TrainerException).Assembly.Location);
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
