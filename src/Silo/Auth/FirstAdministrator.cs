using Orleans.Dpo.Grains.Annotators;
using Orleans.Dpo.Silo.Hosting;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>Gets a new installation going: with no person yet it adds an administrator and a one-time link; on wish it keeps an administrator's key in a file only the owner reads.</summary>
internal sealed class FirstAdministrator(IGrainFactory grains, KeyRing keys, TimeProvider time, SiloOptions options)
{
    private static readonly TimeSpan s_linkLife = TimeSpan.FromHours(24);

    /// <summary>Runs once the silo answers.</summary>
    /// <returns>The path of a sign-in link to print, or null when there are people already.</returns>
    public async Task<string?> EnsureAsync(CancellationToken cancellationToken)
    {
        var people = grains.GetGrain<IPeopleGrain>("_");
        var known = await people.ListAsync(cancellationToken);
        var administrator = known.FirstOrDefault(p => p.Roles.Contains(Roles.Admin));
        string? link = null;
        if (known.IsEmpty)
        {
            var added = await people.AddAsync(new("admin", "person", [Roles.Admin]), cancellationToken);
            administrator = added.Value ?? throw new InvalidOperationException($"The first administrator could not be added: {added.Refusal?.Detail}");
            var (token, hash) = Secret.New(Secret.LinkPrefix);
            await people.AddLinkAsync(administrator.Id, hash, time.GetUtcNow() + s_linkLife, cancellationToken);
            link = $"/signin?token={token}";
        }

        if (options.BootstrapKey is { } file && !await HoldsValidKeyAsync(file, cancellationToken))
        {
            await WriteKeyAsync(people, administrator, file, cancellationToken);
        }

        return link;
    }

    private async Task<bool> HoldsValidKeyAsync(string file, CancellationToken cancellationToken) =>
        File.Exists(file)
        && Secret.HashOf((await File.ReadAllTextAsync(file, cancellationToken)).Trim(), Secret.KeyPrefix) is { } hash
        && await keys.FindAsync(hash, cancellationToken) is not null;

    private async Task WriteKeyAsync(IPeopleGrain people, PersonView? administrator, string file, CancellationToken cancellationToken)
    {
        var (text, hash) = Secret.New(Secret.KeyPrefix);
        await people.AddKeyAsync(new("bootstrap", hash, [Roles.Admin], administrator?.Id), cancellationToken);
        keys.Forget();
        var access = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            access.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        // The mode above counts only for a new file; one with wider rights must not receive the key.
        File.Delete(file);
        await using var stream = new FileStream(file, access);
        await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(text + "\n"), cancellationToken);
        stream.Flush(flushToDisk: true);
    }
}
