using System.CommandLine;

namespace Orleans.Dpo.Silo.Commands;

/// <summary>The verbs of the executable that are not a host: import, pull, push, rebuild, diff, doctor.</summary>
internal static class CommandLine
{
    private static readonly string[] s_verbs = ["import", "pull", "push", "rebuild", "diff", "doctor"];

    /// <summary>The server's address.</summary>
    public static Option<string> Server { get; } = new("--server") { Description = "The server's address.", Required = true };

    /// <summary>The key file.</summary>
    public static Option<FileInfo> KeyFile { get; } = new("--key-file") { Description = "File with an API key.", Required = true };

    /// <summary>The trainer's executable; the entry script names it for every verb.</summary>
    public static Option<string?> Trainer { get; } = new("--trainer") { Description = "The trainer's executable.", Recursive = true };

    /// <summary>True when the arguments are a verb of this class.</summary>
    public static bool Knows(string[] args) => args.Length > 0 && s_verbs.Contains(args[0]);

    /// <summary>Runs the verb; the result is the process's exit code.</summary>
    public static Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Orleans.Dpo") { ImportCommand.Create(), PullCommand.Create(), PushCommand.Create(), RebuildCommand.Create(), DiffCommand.Create(), DoctorCommand.Create() };
        root.Add(Trainer);
        return root.Parse(args).InvokeAsync();
    }

    /// <summary>Runs an action; a <see cref="CommandException"/> becomes its sentence and exit code 2.</summary>
    public static async Task<int> RunAsync(Func<Task> action)
    {
        try
        {
            await action();
            return 0;
        }
        catch (CommandException refused)
        {
            await Console.Error.WriteLineAsync(refused.Message);
            return 2;
        }
    }
}
