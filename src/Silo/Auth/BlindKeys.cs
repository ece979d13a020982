using System.Collections.Concurrent;
using System.Security.Cryptography;
using Orleans.Dpo.Grains.Projects;
using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>The projects' blinding keys, made of one secret of the installation in <c>_system/keys/blind.key</c>. Leases given before a restart stay good after it.</summary>
internal sealed class BlindKeys(IBlobStore blobs)
{
    private const string Blob = "_system/keys/blind.key";
    private const int MasterBytes = 32;
    private readonly ConcurrentDictionary<ProjectId, BlindKey> _keys = new();

    /// <summary>A project's key.</summary>
    /// <exception cref="IOException">The store lost the secret that it has just taken.</exception>
    public async ValueTask<BlindKey> OfAsync(ProjectId project, CancellationToken cancellationToken)
    {
        if (_keys.TryGetValue(project, out var known))
        {
            return known;
        }

        if (await blobs.GetAsync(Blob, cancellationToken) is not { } master)
        {
            // Two hosts at once: the secret that was stored is the one that counts.
            await blobs.PutIfAbsentAsync(Blob, RandomNumberGenerator.GetBytes(MasterBytes), cancellationToken);
            master = await blobs.GetAsync(Blob, cancellationToken) ?? throw new IOException($"{Blob} was written and is not there.");
        }

        return _keys.GetOrAdd(project, new BlindKey(master.Bytes.Span, project));
    }
}
