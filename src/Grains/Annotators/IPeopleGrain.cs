using System.Collections.Immutable;
using Orleans.Concurrency;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>People, their roles, sign-in links, passwords and API keys. Key: <c>_</c>. Personal data stays in people/; events know only <see cref="AnnotatorId"/>.</summary>
/// <remarks>Secrets never reach the grain: callers pass SHA-256 hashes of links and keys, and password hashes made by the framework's hasher.</remarks>
[Alias("orleans.dpo.people")]
public interface IPeopleGrain : IGrainWithStringKey
{
    /// <summary>Adds a person.</summary>
    [Alias("add")]
    Task<Outcome<PersonView>> AddAsync(NewPerson person, CancellationToken cancellationToken);

    /// <summary>One person by id, or null.</summary>
    [ReadOnly, Alias("get")]
    Task<PersonView?> GetAsync(AnnotatorId id, CancellationToken cancellationToken);

    /// <summary>One person by name, or null.</summary>
    [ReadOnly, Alias("find")]
    Task<PersonView?> FindAsync(string name, CancellationToken cancellationToken);

    /// <summary>All.</summary>
    [ReadOnly, Alias("list")]
    Task<ImmutableArray<PersonView>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Replaces roles.</summary>
    [Alias("roles")]
    Task<Outcome<PersonView>> SetRolesAsync(AnnotatorId id, ImmutableArray<string> roles, CancellationToken cancellationToken);

    /// <summary>Sets the password hash.</summary>
    [Alias("password")]
    Task<Outcome<PersonView>> SetPasswordAsync(AnnotatorId id, string passwordHash, CancellationToken cancellationToken);

    /// <summary>The password hash to verify against, or null.</summary>
    [ReadOnly, Alias("password-hash")]
    Task<string?> GetPasswordHashAsync(AnnotatorId id, CancellationToken cancellationToken);

    /// <summary>Stores a one-time link's hash.</summary>
    [Alias("add-link")]
    Task<Outcome<PersonView>> AddLinkAsync(AnnotatorId id, string linkHash, DateTimeOffset expires, CancellationToken cancellationToken);

    /// <summary>Uses a link up: the person it signs in, or <c>unknown-credential</c>. A link works once.</summary>
    [Alias("use-link")]
    Task<Outcome<PersonView>> UseLinkAsync(string linkHash, CancellationToken cancellationToken);

    /// <summary>Stores an API key's hash.</summary>
    [Alias("add-key")]
    Task<Outcome<ApiKeyView>> AddKeyAsync(NewApiKey key, CancellationToken cancellationToken);

    /// <summary>All key hashes with their rights; the caller compares in constant time and caches for a few seconds.</summary>
    [ReadOnly, Alias("keys")]
    Task<ImmutableArray<ApiKeyView>> ListKeysAsync(CancellationToken cancellationToken);

    /// <summary>Removes a person with all keys that act for them. A repeat removes what is left.</summary>
    [Alias("remove")]
    Task RemoveAsync(AnnotatorId id, CancellationToken cancellationToken);

    /// <summary>Removes a key.</summary>
    [Alias("revoke-key")]
    Task<bool> RevokeKeyAsync(string keyId, CancellationToken cancellationToken);
}
