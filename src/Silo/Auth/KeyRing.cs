using System.Collections.Frozen;
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

    /// <summary>The key with this hash, or null. The time tells nothing: whoever could aim at a stored hash would have to invert SHA-256.</summary>
    public async Task<ApiKeyView?> FindAsync(string hash, CancellationToken cancellationToken) =>
        hash == _own.Hash
            ? new ApiKeyView("own", "worker of this process", _own.Hash, [Roles.Worker], null, default)
            : (await ReadAsync(cancellationToken)).GetValueOrDefault(hash);

    /// <summary>Forgets what was read, after a key was added or revoked.</summary>
    public void Forget() => Volatile.Write(ref _snapshot, null);

    private async ValueTask<FrozenDictionary<string, ApiKeyView>> ReadAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _snapshot) is { } known && time.GetElapsedTime(known.ReadAt) < s_fresh)
        {
            return known.Keys;
        }

        var readAt = time.GetTimestamp();
        var listed = await grains.GetGrain<IPeopleGrain>("_").ListKeysAsync(cancellationToken);
        var keys = listed.ToFrozenDictionary(key => key.Hash, StringComparer.Ordinal);
        Volatile.Write(ref _snapshot, new(keys, readAt));
        return keys;
    }

    private sealed record Snapshot(FrozenDictionary<string, ApiKeyView> Keys, long ReadAt);
}
