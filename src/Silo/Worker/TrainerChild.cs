using System.Diagnostics;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>The trainer as a child process: niced, first to go when memory runs out, and gone within a second when its standard input closes, which it does when we die.</summary>
internal sealed class TrainerChild : IAsyncDisposable
{
    private const string Nice = "/usr/bin/nice";
    private static readonly TimeSpan s_endPatience = TimeSpan.FromSeconds(2);
    private readonly Process _process;
    private string _lastError = "";

    private TrainerChild(Process process) => _process = process;

    /// <summary>The operating system's id.</summary>
    public int Id => _process.Id;

    /// <summary>The last line on standard error.</summary>
    public string LastError => Volatile.Read(ref _lastError);

    /// <summary>Completes with the exit code.</summary>
    public Task<int> Exited { get; private set; } = Task.FromResult(0);

    /// <summary>Starts <c>trainer job folder</c>.</summary>
    public static TrainerChild Start(string trainer, string folder)
    {
        string[] command = trainer.EndsWith(".dll", StringComparison.OrdinalIgnoreCase) ? ["dotnet", trainer, "job", folder] : [trainer, "job", folder];
        command = File.Exists(Nice) ? [Nice, "-n", "5", .. command] : command;
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var child = new TrainerChild(new Process { StartInfo = start, EnableRaisingEvents = true });
        var log = TextWriter.Synchronized(File.CreateText(Path.Combine(folder, "trainer.log")));
        child._process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        child._process.ErrorDataReceived += (_, line) =>
        {
            if (!string.IsNullOrWhiteSpace(line.Data))
            {
                log.WriteLine(line.Data);
                Volatile.Write(ref child._lastError, line.Data);
            }
        };
        child._process.Start();
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        child.Exited = child.WaitAsync(log);
        PreferInOutOfMemory(child._process.Id);
        return child;
    }

    /// <summary>Asks the child to stop; kills it when it has not ended after <paramref name="patience"/>.</summary>
    public async Task CancelAsync(TimeSpan patience)
    {
        Say("cancel");
        await EndWithinAsync(patience);
    }

    /// <summary>Ends the child at once.</summary>
    public async Task KillAsync() => await EndWithinAsync(TimeSpan.Zero);

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            CloseInput();
            await EndWithinAsync(s_endPatience);
        }

        _process.Dispose();
    }

    private void Say(string line)
    {
        try
        {
            _process.StandardInput.WriteLine(line);
            _process.StandardInput.Flush();
        }
        catch (IOException) when (_process.HasExited)
        {
            return;   // it ended by itself between our look and our word; its exit code says the rest
        }
    }

    private void CloseInput()
    {
        try
        {
            _process.StandardInput.Close();
        }
        catch (IOException) when (_process.HasExited)
        {
            return;   // ended already: that is what closing was for
        }
    }

    private async Task EndWithinAsync(TimeSpan patience)
    {
        if (patience > TimeSpan.Zero)
        {
            await Task.WhenAny(Exited, Task.Delay(patience));
        }

        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await Exited;
    }

    private async Task<int> WaitAsync(TextWriter log)
    {
        await _process.WaitForExitAsync();
        await log.DisposeAsync();
        return _process.ExitCode;
    }

    private static void PreferInOutOfMemory(int id)
    {
        var file = $"/proc/{id}/oom_score_adj";
        try
        {
            if (File.Exists(file))
            {
                File.WriteAllText(file, "500");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ended already, or a container forbids it: a preference, not a condition.
            Trace.WriteLine(e.Message);
        }
    }
}
