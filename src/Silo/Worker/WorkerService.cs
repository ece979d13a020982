using Microsoft.AspNetCore.Hosting.Server;
using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Hosting;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>The worker of mode all: speaks to its own process over HTTP with a key that lives as long as the process. It starts after the server listens and stops before.</summary>
internal sealed partial class WorkerService(
    SiloOptions options, TrainerLocation trainer, KeyRing keys, IServer server, TimeProvider time, ILoggerFactory loggers) : IHostedLifecycleService, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ILogger _logger = loggers.CreateLogger<WorkerService>();
    private HttpClient? _http;
    private Task _run = Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken)
    {
        if (trainer.Path is not { } path)
        {
            LogNoTrainer(string.Join(" and ", trainer.Sought));
            return Task.CompletedTask;
        }

        _http = WorkerClient.CreateHttp(new Uri(HostRun.UrlOf(server)), keys.OwnWorkerKey);
        var worker = new WorkerOptions(
            $"{Environment.MachineName} (this process)", options.Work ?? Path.Combine(options.Data, "_worker"), path, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        _run = new WorkerLoop(worker, new WorkerClient(_http, time), time, loggers.CreateLogger<WorkerLoop>()).RunAsync(_stop.Token);
        return Task.CompletedTask;
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(cancellationToken);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _stop.Dispose();
        _http?.Dispose();
    }

    [LoggerMessage(3521, LogLevel.Warning, "There is no trainer at {Sought}, so this process runs no jobs; name it with --trainer")]
    private partial void LogNoTrainer(string sought);
}
