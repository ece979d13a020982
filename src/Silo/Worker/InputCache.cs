using System.Security.Cryptography;
using Orleans.Dpo.Silo.Jobs;

namespace Orleans.Dpo.Silo.Worker;

/// <summary>Downloaded inputs by their SHA-256, so that a policy that every round needs comes once. A file is there only after its hash was checked.</summary>
internal sealed class InputCache(string folder, long maxBytes = 20L << 30)
{
    /// <summary>The path of a cached copy, downloaded if need be.</summary>
    /// <exception cref="InvalidDataException">The server's bytes do not have the declared hash.</exception>
    public async Task<string> GetAsync(ClaimFile file, Func<ClaimFile, string, CancellationToken, Task> download, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var cached = Path.Combine(folder, file.Sha256);
        if (File.Exists(cached) && new FileInfo(cached).Length == file.Bytes)
        {
            File.SetLastWriteTimeUtc(cached, DateTime.UtcNow);
            return cached;
        }

        var fresh = $"{cached}.{Guid.NewGuid():N}.new";
        try
        {
            await download(file, fresh, cancellationToken);
            var hash = await HashAsync(fresh, cancellationToken);
            if (hash != file.Sha256)
            {
                throw new InvalidDataException($"{file.Path} was downloaded with hash {hash}; the job declares {file.Sha256}.");
            }

            File.Move(fresh, cached, overwrite: true);
        }
        finally
        {
            File.Delete(fresh);
        }

        Trim(cached);
        return cached;
    }

    public static async Task<string> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
    }

    private void Trim(string keep)
    {
        var files = new DirectoryInfo(folder).GetFiles().OrderBy(file => file.LastWriteTimeUtc).ToList();
        var total = files.Sum(file => file.Length);
        foreach (var file in files.Where(file => file.FullName != keep).TakeWhile(_ => total > maxBytes))
        {
            total -= file.Length;
            file.Delete();
        }
    }
}
