using System.CommandLine;
using System.Globalization;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Storage;
using Orleans.Dpo.Silo.Hosting;
using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>doctor</c>: what is in use, and with <c>--ledger</c> whether every event of every ledger verifies. Reads only.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "Data folder.", DefaultValueFactory = _ => new DirectoryInfo("data") };
        var ledger = new Option<bool>("--ledger") { Description = "Read every ledger from its first event and verify the chain." };
        var command = new Command("doctor", "Says what is in use and whether the stored data verifies.") { data, ledger };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(() => ExamineAsync(parsed.GetRequiredValue(data), parsed.GetValue(ledger), parsed.GetValue(CommandLine.Trainer), cancellationToken)));
        return command;
    }

    private static async Task ExamineAsync(DirectoryInfo data, bool ledger, string? trainer, CancellationToken cancellationToken)
    {
        var packages = new PackageSources(new TrainerLocation(SiloOptions.Read(trainer is null ? [] : ["--trainer", trainer]))).Report;
        Console.WriteLine($"Orleans {packages.Orleans}, TorchSharp {packages.TorchSharp}, ML.Tokenizers {packages.Tokenizers}");

        if (!data.Exists)
        {
            Console.WriteLine($"data: '{data.FullName}' does not exist yet");
            return;
        }

        var store = new FileBlobStore(data.FullName, TimeProvider.System);
        var shards = new SortedSet<(string Project, string Shard)>();
        var files = 0;
        long bytes = 0;
        await foreach (var blob in store.ListAsync("projects/", cancellationToken))
        {
            files++;
            bytes += blob.Length;
            if (blob.Name.Split('/') is ["projects", var project, "ledger", var shard, _])
            {
                shards.Add((project, shard));
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"data: {data.FullName}, {files} blobs, {bytes} bytes, {shards.Count} ledger shards"));
        if (ledger)
        {
            await VerifyAsync(store, shards, cancellationToken);
        }
    }

    private static async Task VerifyAsync(IBlobStore store, IEnumerable<(string Project, string Shard)> shards, CancellationToken cancellationToken)
    {
        var damaged = 0;
        foreach (var (project, shard) in shards)
        {
            try
            {
                var end = await LedgerReader.VerifyAsync(store, project, shard, cancellationToken);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{project}/{shard}: {end.Seq} events verify, head {end.Hash}"));
            }
            catch (LedgerCorruptException corrupt)
            {
                damaged++;
                Console.WriteLine($"{project}/{shard}: {corrupt.Message}");
            }
        }

        if (damaged > 0)
        {
            throw new CommandException($"{damaged} ledger shards are damaged. Stop the server, keep a copy, and restore the named segments.");
        }
    }
}
