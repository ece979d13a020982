using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orleans.Dpo.Silo.Tests.Hosting;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Faults;

/// <summary>The host as a process that dies, stands still and comes back at the same address.</summary>
internal sealed class FaultyServer(TemporaryFolder folder, params string[] options) : IJudgedHost
{
    private SiloProcess? _process;

    public int Port { get; } = FreePort();

    public string Data => folder.File("data");

    public int Kills { get; private set; }

    public async Task<string> StartAsync()
    {
        var key = folder.File("key");
        while (true)
        {
            _process = SiloProcess.Start(["serve", "--mode", "silo", "--data", Data, "--url", $"http://127.0.0.1:{Port}", "--bootstrap-key", key, .. options]);
            try
            {
                await _process.Started.WaitAsync(TimeSpan.FromSeconds(60));
                break;
            }
            catch (InvalidOperationException) when (options.Length > 0)
            {
                // With a store that is cut off it cannot start: whoever runs it starts it again.
                _process.Dispose();
            }
        }

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!File.Exists(key) || new FileInfo(key).Length == 0)
        {
            await Task.Delay(20, patience.Token);
        }

        return (await File.ReadAllTextAsync(key)).Trim();
    }

    public async Task KillAsync()
    {
        Kills++;
        await _process!.StopAsync();
        _process.Dispose();
        _process = null;
    }

    public void Stop() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public Task EndAsync() => _process is null ? Task.CompletedTask : KillAsync();

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        return ValueTask.CompletedTask;
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }
}
