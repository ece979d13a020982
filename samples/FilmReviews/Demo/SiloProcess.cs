using System.Diagnostics;

namespace Orleans.Dpo.Samples.FilmReviews.Demo;

/// <summary>The silo as a child: started, waited for, and stopped. It ends when its standard input closes, so it never outlives this process.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    // The silo's exit code when another process holds its data folder.
    private const int FolderInUse = 3;

    private static readonly TimeSpan s_patienceForFolder = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_patienceForStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_patienceForEnd = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly Process _process;
    private readonly StreamWriter _log;
    private readonly CancellationTokenSource _died = new();
    private volatile string _lastError = "";
    private volatile bool _stopping;

    private SiloProcess(Process process, StreamWriter log)
    {
        (_process, _log) = (process, log);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => _died.Cancel();
        process.OutputDataReceived += (_, line) => Log(line.Data, isError: false);
        process.ErrorDataReceived += (_, line) => Log(line.Data, isError: true);
    }

    /// <summary>Cancelled when the silo has ended.</summary>
    public CancellationToken Died => _died.Token;

    /// <summary>Starts a silo and waits until it answers.</summary>
    /// <exception cref="DemoException">It cannot start; the message says why.</exception>
    public static async Task<SiloProcess> StartAsync(DemoOptions options, string keyFile, HttpClient http, CancellationToken cancellationToken)
    {
        var began = Stopwatch.StartNew();
        while (true)
        {
            var silo = Launch(options, keyFile);
            if (await silo.AnswersAsync(http, cancellationToken))
            {
                return silo;
            }

            var (code, reason) = await silo.EndAsync();
            if (code != FolderInUse || began.Elapsed > s_patienceForFolder)
            {
                throw new DemoException(reason);
            }

            await Task.Delay(s_pause * 5, cancellationToken);   // the silo of a demo that was killed a moment ago is still closing
        }
    }

    /// <summary>Why the silo ended, in one sentence.</summary>
    public string Ended()
        => $"The silo ended by itself{(_process.HasExited ? $" (exit code {_process.ExitCode})" : "")}{(_lastError.Length == 0 ? "." : $": {_lastError}")} Start the demo again with the same --data: it goes on from here.";

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _died.Dispose();
    }

    private static SiloProcess Launch(DemoOptions options, string keyFile)
    {
        Directory.CreateDirectory(options.Data);
        var log = new StreamWriter(new FileStream(Path.Combine(options.Data, "silo.log"), FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var start = new ProcessStartInfo(options.Silo)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                "serve", "--data", options.Data, "--url", options.Url.GetLeftPart(UriPartial.Authority), "--trainer", options.Trainer, "--bootstrap-key", keyFile,
                "--threads", "1", "--lifeline", "stdin",
            },
        };
        try
        {
            var process = new Process { StartInfo = start };
            var silo = new SiloProcess(process, log);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return silo;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            log.Dispose();
            throw new DemoException($"The silo {options.Silo} cannot be started: {missing.Message}. Run ./dpo setup.");
        }
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var began = Stopwatch.StartNew();
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await http.GetAsync("/health", cancellationToken);
                if (answer.IsSuccessStatusCode && !_process.HasExited)
                {
                    return true;
                }
            }
            catch (HttpRequestException) when (began.Elapsed < s_patienceForStart)
            {
                // Not listening yet.
            }

            if (began.Elapsed > s_patienceForStart)
            {
                throw new DemoException($"The silo does not answer within {s_patienceForStart.TotalSeconds:F0} s; see silo.log in the data folder.");
            }

            await Task.Delay(s_pause, cancellationToken);
        }

        return false;
    }

    private async Task<(int Code, string Reason)> EndAsync()
    {
        if (_stopping)
        {
            return (0, "");
        }

        _stopping = true;
        try
        {
            _process.StandardInput.Close();
            using var patience = new CancellationTokenSource(s_patienceForEnd);
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (Exception stuck) when (stuck is OperationCanceledException or IOException)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        var code = _process.ExitCode;
        var reason = _lastError.Length > 0 ? _lastError : $"The silo ended with exit code {code}; see silo.log in the data folder.";
        _process.Dispose();
        await _log.DisposeAsync();
        return (code, reason);
    }

    private void Log(string? line, bool isError)
    {
        if (string.IsNullOrWhiteSpace(line) || line.Contains("/signin?", StringComparison.Ordinal))
        {
            return;   // a log must not hold a working link
        }

        if (isError)
        {
            _lastError = line.Trim();
        }

        lock (_log)
        {
            if (!_stopping || _log.BaseStream.CanWrite)
            {
                _log.WriteLine(line);
            }
        }
    }
}
