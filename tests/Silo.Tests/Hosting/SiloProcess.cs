using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Hosting;

/// <summary>The built host as a process of its own, maybe under another program.</summary>
internal sealed class SiloProcess : IDisposable
{
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SiloProcess(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>The address it said it serves.</summary>
    public Task<Uri> Started => _started.Task;

    public static SiloProcess Start(IEnumerable<string> arguments, params string[] under)
    {
        string[] command = [.. under, "dotnet", Path.Combine(AppContext.BaseDirectory, "Orleans.Dpo.Silo.dll"), .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        var silo = new SiloProcess(new Process { StartInfo = start, EnableRaisingEvents = true });
        silo._process.OutputDataReceived += (_, line) => silo.Hear(line.Data);
        silo._process.ErrorDataReceived += (_, line) => silo._errors.AppendLine(line.Data);
        silo._process.Exited += (_, _) => silo._started.TrySetException(new InvalidOperationException($"The host ended: {silo._errors}{silo._output}"));
        silo._process.Start();
        silo._process.BeginErrorReadLine();
        silo._process.BeginOutputReadLine();
        return silo;
    }

    /// <summary>Starts a host and gives a client with its administrator's key.</summary>
    public static async Task<(SiloProcess Silo, HttpClient Admin)> ServeAsync(TemporaryFolder folder, params string[] under)
    {
        var key = folder.File("key");
        var silo = Start(["serve", "--mode", "silo", "--data", folder.File("data"), "--url", "http://127.0.0.1:0", "--bootstrap-key", key], under);
        var url = await silo.Started.WaitAsync(TimeSpan.FromSeconds(60));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!File.Exists(key) || new FileInfo(key).Length == 0)
        {
            await Task.Delay(20, patience.Token);
        }

        return (silo, new HttpClient { BaseAddress = url, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(key)).Trim()) } });
    }

    public async Task<(int Code, string Errors)> EndAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, _errors.ToString().Trim());
    }

    public async Task StopAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private void Hear(string? line)
    {
        _output.AppendLine(line);
        if (line?.IndexOf("serves http", StringComparison.Ordinal) is { } at and >= 0)
        {
            _started.TrySetResult(new Uri(line[(at + "serves ".Length)..].Split(' ')[0].TrimEnd('.')));
        }
    }
}
