using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.Silo.Tests.Storage;

/// <summary>Azurite, the emulator that the Azure store is tested on: installed once into tests/azurite, one process for the class, in memory.</summary>
public sealed class AzuriteFixture : IAsyncLifetime, IDisposable
{
    private const string Key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    // Collections of tests run side by side and each has an Azurite; two installations at once would destroy each other.
    private static readonly SemaphoreSlim s_installing = new(1, 1);
    private Process? _process;
    private int _port;

    public string ConnectionString => ConnectionStringTo(_port);

    public int Port => _port;

    /// <summary>The same by way of another port, behind which somebody passes everything on.</summary>
    public static string ConnectionStringTo(int port) =>
        $"DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey={Key};BlobEndpoint=http://127.0.0.1:{port}/devstoreaccount1;";

    public async Task InitializeAsync()
    {
        var folder = RepositoryFile.Path("tests/azurite");
        var main = Path.Combine(folder, "node_modules/azurite/dist/src/blob/main.js");
        await s_installing.WaitAsync();
        try
        {
            await InstallAsync(folder, main);
        }
        finally
        {
            s_installing.Release();
        }

        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            _port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        _process = Start("node", folder, main, "--inMemoryPersistence", "--blobHost", "127.0.0.1", "--blobPort", $"{_port}", "--disableTelemetry", "--silent");
        var started = Stopwatch.StartNew();
        while (!await AnswersAsync())
        {
            Assert.False(_process.HasExited, "Azurite ended at its start.");
            Assert.True(started.Elapsed < s_patience, "Azurite did not answer within a minute.");
        }
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.Dispose();
    }

    private static Process Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            var process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.ErrorDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return process;
        }
        catch (Win32Exception)
        {
            throw new InvalidOperationException($"The Azure store's tests need '{program}', which is not installed: ./dpo setup installs Node and npm.");
        }
    }

    private static async Task InstallAsync(string folder, string main)
    {
        if (!File.Exists(main))
        {
            using var install = Start("npm", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            await install.WaitForExitAsync();
            Assert.True(install.ExitCode == 0 && File.Exists(main), "npm ci in tests/azurite failed; run it by hand to see why.");
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(IPAddress.Loopback, _port);
            return true;
        }
        catch (SocketException)
        {
            await Task.Yield();
            return false;
        }
    }
}
