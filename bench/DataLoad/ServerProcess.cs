using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Orleans.Dpo.Bench;

/// <summary>The server as a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly double s_tick = 100;
    private readonly Process _process;
    private readonly string _keyFile;

    private ServerProcess(Process process, string keyFile) => (_process, _keyFile) = (process, keyFile);

    public Uri Url { get; private set; } = null!;

    public HttpClient Admin { get; } = new() { Timeout = TimeSpan.FromMinutes(10) };

    /// <summary>Resident bytes now.</summary>
    public long Resident => Memory("VmRSS:");

    /// <summary>The most resident bytes so far.</summary>
    public long MostResident => Memory("VmHWM:");

    /// <summary>CPU seconds so far, user and system.</summary>
    public double CpuSeconds
    {
        get
        {
            var fields = File.ReadAllText($"/proc/{_process.Id}/stat").Split(") ")[1].Split(' ');
            return (double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)) / s_tick;
        }
    }

    public static async Task<ServerProcess> StartAsync(string folder)
    {
        var keyFile = Path.Combine(folder, "admin.key");
        var process = Start("serve", "--mode", "silo", "--data", Path.Combine(folder, "data"), "--url", "http://127.0.0.1:0", "--bootstrap-key", keyFile);
        var server = new ServerProcess(process, keyFile);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.IndexOf("serves http", StringComparison.Ordinal) is var at and >= 0)
            {
                server.Url = new Uri(line[(at + 7)..].Split(' ')[0].TrimEnd('.'));
                break;
            }
        }

        _ = process.StandardOutput.ReadToEndAsync();
        while (!File.Exists(keyFile) || new FileInfo(keyFile).Length == 0)
        {
            await Task.Delay(10);
        }

        server.Admin.BaseAddress = server.Url ?? throw new InvalidOperationException("The server did not start.");
        server.Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(keyFile)).Trim());
        return server;
    }

    /// <summary>Runs a load in a process of its own.</summary>
    public async Task<LoadResult> LoadAsync(string kind, string project, string keys, int connections, int seconds, int rate)
    {
        using var load = Start("load", kind, Url.ToString(), project, keys, $"{connections}", $"{seconds}", $"{rate}");
        var output = await load.StandardOutput.ReadToEndAsync();
        await load.WaitForExitAsync();
        return load.ExitCode == 0 ? JsonSerializer.Deserialize<LoadResult>(output)! : throw new InvalidOperationException($"The load program ended with {load.ExitCode}: {output}");
    }

    /// <summary>Sum of a measure's series as the server itself counts it; 0 when it has none yet.</summary>
    public async Task<double> MeasureAsync(string name) =>
        (await Admin.GetStringAsync("/metrics")).Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>Appends to ledgers so far: their events, their seconds, their number.</summary>
    public async Task<(double Events, double Seconds, double Count)> AppendsAsync() =>
        (await MeasureAsync("dpo_ledger_batch_events_sum"), await MeasureAsync("dpo_ledger_append_seconds_sum"), await MeasureAsync("dpo_ledger_append_seconds_count"));

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        var content = body as string is { } lines ? new StringContent(lines, Encoding.UTF8, "application/x-ndjson") : new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        var response = await Admin.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonSerializer.Deserialize<JsonElement>(text) : throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {text}");
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        _process.StandardInput.Close();
        Process.Start("kill", $"-TERM {_process.Id}").WaitForExit();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private long Memory(string name) => long.Parse(
        File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
        CultureInfo.InvariantCulture) * 1024;

    private static Process Start(params string[] arguments) =>
        Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true, RedirectStandardInput = true, WorkingDirectory = Path.GetTempPath() })!;
}
