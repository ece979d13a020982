using Orleans.Dpo.Silo.Auth;
using Orleans.Dpo.Silo.Worker;

namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Mode worker: no silo and no pages, only a worker that speaks to a server.</summary>
internal static class WorkerHost
{
    public static async Task<int> RunAsync(SiloOptions options)
    {
        var trainer = new TrainerLocation(options);
        if (trainer.Path is not { } path)
        {
            return await RefuseAsync($"There is no trainer at {string.Join(" and ", trainer.Sought)}; name it with --trainer.");
        }

        if (!Uri.TryCreate(options.Server, UriKind.Absolute, out var server) || server.Scheme is not ("http" or "https"))
        {
            return await RefuseAsync($"'{options.Server}' is not a server's address (--server).");
        }

        if (!File.Exists(options.KeyFile))
        {
            return await RefuseAsync($"There is no key file {options.KeyFile} (--key-file).");
        }

        var key = (await File.ReadAllTextAsync(options.KeyFile)).Trim();
        if (Secret.HashOf(key, Secret.KeyPrefix) is null)
        {
            return await RefuseAsync($"{options.KeyFile} does not hold an API key ({Secret.KeyPrefix}…).");
        }

        using var loggers = LoggerFactory.Create(logging => logging.AddSimpleConsole(console => console.SingleLine = true));
        using var http = WorkerClient.CreateHttp(server, key);
        using var stop = new CancellationTokenSource();
        using var interrupt = OnSignal(System.Runtime.InteropServices.PosixSignal.SIGINT, stop);
        using var terminate = OnSignal(System.Runtime.InteropServices.PosixSignal.SIGTERM, stop);
        var worker = new WorkerOptions(
            Environment.MachineName, options.Work ?? Path.Combine(options.Data, "_worker"), path, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        await new WorkerLoop(worker, new WorkerClient(http, TimeProvider.System), TimeProvider.System, loggers.CreateLogger<WorkerLoop>()).RunAsync(stop.Token);
        return ExitCodes.Success;
    }

    private static System.Runtime.InteropServices.PosixSignalRegistration OnSignal(System.Runtime.InteropServices.PosixSignal signal, CancellationTokenSource stop) =>
        System.Runtime.InteropServices.PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            stop.Cancel();
        });

    private static async Task<int> RefuseAsync(string sentence)
    {
        await Console.Error.WriteLineAsync(sentence);
        return ExitCodes.BadOptions;
    }
}
