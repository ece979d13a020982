using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>pull PROJECT@VERSION DIR</c>: downloads a dataset version, goes on where an earlier pull stopped, and verifies every file.</summary>
internal static class PullCommand
{
    public static Command Create()
    {
        var source = new Argument<string>("source") { Description = "PROJECT@VERSION; the version is v12, latest, a tag or a revision. Without @ it is latest." };
        var folder = new Argument<DirectoryInfo>("folder") { Description = "Where the files go; files that are there and verify are kept." };
        var command = new Command("pull", "Downloads a dataset version and verifies it.") { source, folder, CommandLine.Server, CommandLine.KeyFile };
        command.SetAction((parsed, cancellationToken) => CommandLine.RunAsync(() => PullAsync(
            parsed.GetRequiredValue(source), parsed.GetRequiredValue(folder), parsed.GetRequiredValue(CommandLine.Server), parsed.GetRequiredValue(CommandLine.KeyFile), cancellationToken)));
        return command;
    }

    private static async Task PullAsync(string source, DirectoryInfo folder, string server, FileInfo keyFile, CancellationToken cancellationToken)
    {
        var at = source.IndexOf('@', StringComparison.Ordinal);
        var (project, name) = at < 0 ? (source, "latest") : (source[..at], source[(at + 1)..]);
        using var client = ServerClient.Open(server, keyFile);
        var version = await client.GetAsync($"api/v1/projects/{Uri.EscapeDataString(project)}/datasets/{Uri.EscapeDataString(name)}", cancellationToken);
        if (version.GetProperty("state").GetString() != "published")
        {
            throw new CommandException($"{source} is {version.GetProperty("state").GetString()}; only a published version can be pulled.");
        }

        // A name such as latest may move while files are read; the number does not.
        var path = $"api/v1/projects/{Uri.EscapeDataString(project)}/datasets/v{version.GetProperty("version").GetInt32()}/files";
        var listing = await client.GetAsync(path, cancellationToken);
        var files = listing.ValueKind is JsonValueKind.Array ? listing : listing.GetProperty("items");
        folder.Create();
        long bytes = 0;
        var fetched = 0;
        foreach (var file in files.EnumerateArray())
        {
            var target = Target(folder, file.GetProperty("path").GetString()!);
            fetched += await FetchAsync(client, path, file, target, cancellationToken) ? 1 : 0;
            bytes += file.GetProperty("bytes").GetInt64();
        }

        // Last, as on the server: a folder with a manifest is complete.
        await FetchManifestAsync(client, $"{path}/manifest.json", new FileInfo(Path.Combine(folder.FullName, "manifest.json")), cancellationToken);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{project}@v{version.GetProperty("version").GetInt32()}  {version.GetProperty("identity").GetString()}  {files.GetArrayLength()} files, {bytes} bytes, {fetched} fetched, all verified"));
    }

    private static async Task<bool> FetchAsync(ServerClient client, string path, JsonElement file, FileInfo target, CancellationToken cancellationToken)
    {
        var name = file.GetProperty("path").GetString()!;
        var sha256 = file.GetProperty("sha256").GetString()!;
        if (target.Exists && await HashAsync(target, cancellationToken) == sha256)
        {
            return false;
        }

        target.Directory!.Create();
        var partial = new FileInfo(target.FullName + ".part");
        var address = $"{path}/{string.Join('/', name.Split('/').Select(Uri.EscapeDataString))}";
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await using (var stream = partial.Open(FileMode.OpenOrCreate, FileAccess.Write))
            {
                var have = stream.Length < file.GetProperty("bytes").GetInt64() ? stream.Length : 0;
                stream.SetLength(have);
                stream.Position = have;
                await client.DownloadAsync(address, have, stream, cancellationToken);
            }

            if (await HashAsync(partial, cancellationToken) == sha256)
            {
                partial.MoveTo(target.FullName, overwrite: true);
                return true;
            }

            // The rest of an earlier, other pull: once more from the start.
            partial.Delete();
        }

        throw new CommandException($"{name} does not match its hash {sha256}; nothing of it was kept.");
    }

    private static async Task FetchManifestAsync(ServerClient client, string address, FileInfo target, CancellationToken cancellationToken)
    {
        var partial = new FileInfo(target.FullName + ".part");
        await using (var stream = partial.Create())
        {
            await client.DownloadAsync(address, 0, stream, cancellationToken);
        }

        partial.MoveTo(target.FullName, overwrite: true);
    }

    private static FileInfo Target(DirectoryInfo folder, string name)
    {
        var full = Path.GetFullPath(Path.Combine(folder.FullName, name));
        return full.StartsWith(folder.FullName.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? new(full)
            : throw new CommandException($"The server names a file outside of the folder: '{name}'.");
    }

    private static async Task<string> HashAsync(FileInfo file, CancellationToken cancellationToken)
    {
        await using var stream = file.OpenRead();
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }
}
