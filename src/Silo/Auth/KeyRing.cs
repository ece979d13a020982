using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Orleans.Dpo.Grains.Annotators;

namespace Orleans.Dpo.Silo.Auth;

/// <summary>The keys that are valid now: the people grain's, read again every few seconds and after a change here, and one of this process's own for its worker.</summary>
internal sealed class KeyRing(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan s_fresh = TimeSpan.FromSeconds(5);
    private readonly (string Text, string Hash) _own = Secret.New(Secret.KeyPrefix);
    private Snapshot? _snapshot;

    /// <summary>This process's worker key; it is never stored and ends with the process.</summary>
    public string OwnWorkerKey => _own.Text;

    /// <summary>The key with this hash, or null. Takes the same time whichever key it is.</summary>
    public async Task<ApiKeyView?> FindAsync(string hash, CancellationToken cancellationToken)
    {
        var own = new ApiKeyView("own", "worker of this process", _own.Hash, [Roles.Worker], null, default);
        return Match((await ReadAsync(cancellationToken)).Add(own), hash);
    }

    /// <summary>Forgets what was read, after a key was added or revoked.</summary>
    public void Forget() => Volatile.Write(ref _snapshot, null);

    private async Task<ImmutableArray<ApiKeyView>> ReadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot) is { } known && time.GetElapsedTime(known.ReadAt) < s_fresh)
        {
            return known.Keys;
        }

        var readAt = time.GetTimestamp();
        var keys = await grains.GetGrain<IPeopleGrain>("_").ListKeysAsync(cancellationToken);
        Volatile.Write(ref _snapshot, new(keys, readAt));
        return keys;
    }

    private static ApiKeyView? Match(ImmutableArray<ApiKeyView> keys, string hash)
    {
        ApiKeyView? found = null;
        var wanted = Encoding.ASCII.GetBytes(hash);
        foreach (var key in keys)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(key.Hash), wanted))
            {
                found = key;
            }
        }

        return found;
    }

    private sealed record Snapshot(ImmutableArray<ApiKeyView> Keys, long ReadAt);
}
