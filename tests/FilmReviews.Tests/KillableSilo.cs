using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Orleans.Dpo.Testing;

namespace Orleans.Dpo.FilmReviews.Tests;

/// <summary>The published silo on one data folder and one port, started and killed as often as a test likes. It ends with the test's process.</summary>
internal sealed class KillableSilo : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly Queue<string> _lines = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private Process? _process;

    public KillableSilo()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }

    public Uri Url { get; }

    public static string Root { get; } = Environment.GetEnvironmentVariable("ORLEANS_DPO_ROOT") ?? FindRoot();

    /// <summary>The administrator's key that the silo leaves in a file.</summary>
    public string Key => File.ReadAllText(KeyFile).Trim();

    private string KeyFile => Path.Combine(_folder.Path, "admin.key");

    private static string Published => Environment.GetEnvironmentVariable("ORLEANS_DPO_PUBLISHED") ?? Path.Combine(Root, "artifacts", "published");

    /// <summary>Starts the silo and waits until it answers and the key is there.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var program = Path.Combine(Published, "Silo", "Orleans.Dpo.Silo");
        Assert.True(File.Exists(program), $"There is no {program}: run ./dpo setup first.");
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                ArgumentList =
                {
                    "serve", "--data", Path.Combine(_folder.Path, "data"), "--url", Url.GetLeftPart(UriPartial.Authority), "--bootstrap-key", KeyFile,
                    "--trainer", Path.Combine(Published, "Trainer", "Orleans.Dpo.Trainer"), "--threads", "1", "--lifeline", "stdin",
                },
            },
        };
        _process.OutputDataReceived += (_, line) => Keep(line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        var clock = Stopwatch.StartNew();
        while (!await AnswersAsync(cancellationToken))
        {
            Assert.True(!_process.HasExited && clock.Elapsed < s_patience, $"The silo does not start:\n{Tail()}");
            await Task.Delay(50, cancellationToken);
        }
    }

    /// <summary>SIGKILL: no handler runs, nothing is flushed.</summary>
    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    /// <summary>The last lines that it wrote.</summary>
    public string Tail()
    {
        lock (_lines)
        {
            return string.Join('\n', _lines);
        }
    }

    public void Dispose()
    {
        if (_process is { HasExited: false })
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(s_patience))
            {
                Kill();
            }
        }

        _process?.Dispose();
        _http.Dispose();
        DeleteFolder();
    }

    // A trainer whose silo was killed ends within a second of it, and may still write until then.
    private void DeleteFolder()
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                _folder.Dispose();
                return;
            }
            catch (IOException) when (attempt < 50)
            {
                Thread.Sleep(100);
            }
        }
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri(Url, "/health"), cancellationToken);
            return answer.IsSuccessStatusCode && File.Exists(KeyFile) && Key.Length > 0;
        }
        catch (HttpRequestException)
        {
            return false;   // not listening yet
        }
    }

    private void Keep(string? line)
    {
        lock (_lines)
        {
            _lines.Enqueue(line ?? "");
            if (_lines.Count > 60)
            {
                _lines.Dequeue();
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Orleans.Dpo.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} is the repository's root.");
        }

        return folder.FullName;
    }
}
