using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Orleans.Dpo.Silo.Commands;

/// <summary><c>pull PROJECT@VERSION DIR</c>: downloads a dataset version, goes on where an earlier pull stopped, and verifies every file.</summary>
internal static class PullCommand
{
    private const int MostFailures = 5;

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

        if (version.TryGetProperty("tainted", out var tainted) && tainted.ValueKind is JsonValueKind.Array)
        {
            foreach (var by in tainted.EnumerateArray())
            {
                await Console.Error.WriteLineAsync($"{source} is tainted by {by.GetProperty("retraction").GetString()}: {by.GetProperty("reason").GetString()}");
            }
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
            await FetchRestAsync(client, address, file.GetProperty("bytes").GetInt64(), sha256, partial, cancellationToken);

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

    /// <summary>Fetches what a part lacks. A connection that breaks is taken up again where it broke, as long as each one brings something.</summary>
    private static async Task FetchRestAsync(ServerClient client, string address, long bytes, string sha256, FileInfo partial, CancellationToken cancellationToken)
    {
        for (var failures = 0; ;)
        {
            await using var stream = partial.Open(FileMode.OpenOrCreate, FileAccess.Write);
            var have = stream.Length < bytes ? stream.Length : 0;
            stream.SetLength(have);
            stream.Position = have;
            try
            {
                await client.DownloadAsync(address, have, stream, cancellationToken, $"\"{sha256}\"");
                return;
            }
            catch (Exception broken) when (broken is HttpRequestException or HttpIOException)
            {
                failures = stream.Length > have ? 1 : failures + 1;
                if (failures > MostFailures)
                {
                    throw new CommandException($"{address}: {broken.Message} Run the same command again: it goes on from here.");
                }
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 * failures * failures), cancellationToken);
        }
    }

    private static async Task FetchManifestAsync(ServerClient client, string address, FileInfo target, CancellationToken cancellationToken)
    {
        // It is not in its own list of files, so its length and hash are asked for.
        var (bytes, sha256) = await client.HeadAsync(address, cancellationToken);
        var partial = new FileInfo(target.FullName + ".part");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            await FetchRestAsync(client, address, bytes, sha256, partial, cancellationToken);
            if (await HashAsync(partial, cancellationToken) == sha256)
            {
                partial.MoveTo(target.FullName, overwrite: true);
                return;
            }

            partial.Delete();
        }

        throw new CommandException($"manifest.json does not match its hash {sha256}; nothing of it was kept.");
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
