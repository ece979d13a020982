using System.CommandLine;
using System.Globalization;
using System.Text;
using Orleans.Dpo.Grains.Datasets;
using Orleans.Dpo.Grains.Ledger;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Silo.Storage;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>rebuild PROJECT@v12</c>: builds a version again from the ledger and compares its identity with the published one. Reads only.</summary>
internal static class RebuildCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "PROJECT@v12." };
        var data = new Option<DirectoryInfo>("--data") { Description = "Data folder.", DefaultValueFactory = _ => new DirectoryInfo("data") };
        var command = new Command("rebuild", "Builds a dataset version again from the ledger and compares identities.") { source, data };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(() => RebuildAsync(parsed.GetRequiredValue(source), parsed.GetRequiredValue(data), cancellationToken)));
        return command;
    }

    private static async Task RebuildAsync(string source, DirectoryInfo data, CancellationToken cancellationToken)
    {
        var at = source.IndexOf("@v", StringComparison.Ordinal);
        if (at < 0 || !ProjectId.TryParse(source[..at], out var project) || !int.TryParse(source[(at + 2)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new CommandException($"'{source}' is not of the form PROJECT@v12.");
        }

        if (!data.Exists)
        {
            throw new CommandException($"The data folder '{data.FullName}' does not exist.");
        }

        var store = new FileBlobStore(data.FullName, TimeProvider.System);
        if (await VersionManifest.ReadAsync(store, project, version, cancellationToken) is not { } manifest)
        {
            throw new CommandException($"{source} is not published in '{data.FullName}'.");
        }

        var recipe = await store.GetAsync(VersionManifest.Folder(project, version) + "recipe.json", cancellationToken)
            ?? throw new CommandException($"{source} has lost its recipe.json; restore it from a copy.");
        var scratch = Directory.CreateTempSubdirectory("orleans-dpo-rebuild-");
        string rebuilt;
        try
        {
            var tables = await VersionRebuild.RunAsync(store, new FileBlobStore(scratch.FullName, TimeProvider.System), Encoding.UTF8.GetString(recipe.Bytes.Span.TrimEnd((byte)'\n')), cancellationToken);
            rebuilt = tables.Value?.Facts.Identity ?? tables.Refusal!.Detail;
        }
        catch (Exception damaged) when (damaged is LedgerCorruptException or InvalidDataException)
        {
            throw new CommandException($"{source} cannot be rebuilt: {damaged.Message}");
        }
        finally
        {
            scratch.Delete(recursive: true);
        }

        if (rebuilt != manifest.Identity)
        {
            throw new CommandException($"{source} was published as {manifest.Identity}, and the ledger gives {rebuilt}.");
        }

        Console.WriteLine($"{source}  {rebuilt}  rebuilt from the ledger, identical");
        await CheckDerivedAsync(store, manifest, VersionManifest.Folder(project, version), cancellationToken);
    }

    /// <summary>Makes each derived file that exists again. Their bytes may differ after an update of this program; their rows come from the version either way.</summary>
    private static async Task CheckDerivedAsync(FileBlobStore store, VersionManifest manifest, string folder, CancellationToken cancellationToken)
    {
        await foreach (var blob in store.ListAsync(folder + "derived/", cancellationToken))
        {
            var path = blob.Name[folder.Length..];
            if (!DerivedTable.TryParse(path, out var table, out var split, out var format))
            {
                continue;
            }

            var known = await DerivedFile.GetAsync(store, manifest, table, split, format, cancellationToken);
            await using var again = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            var made = await DerivedFile.WriteAsync(store, manifest, table, split, format, again, cancellationToken);
            if (made.Sha256 != known.Sha256)
            {
                throw new CommandException($"{path} was made as {known.Sha256}, and the version's rows give {made.Sha256}.");
            }

            Console.WriteLine($"{path}  {known.Sha256}  identical");
        }
    }
}
