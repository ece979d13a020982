namespace Orleans.Dpo.Silo.Hosting;

/// <summary>Mode worker: no silo and no pages, only a worker that speaks to a server.</summary>
internal static class WorkerHost
{
    public static Task<int> RunAsync(SiloOptions options) => Task.FromResult(options.Server is null ? ExitCodes.BadOptions : ExitCodes.Success);
}
