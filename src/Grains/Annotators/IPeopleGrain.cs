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

    /// <summary>Removes a key.</summary>
    [Alias("revoke-key")]
    Task<bool> RevokeKeyAsync(string keyId, CancellationToken cancellationToken);
}

/// <summary>A person to add.</summary>
/// <param name="Name">Unique, for sign-in and pages; personal data.</param>
/// <param name="Kind">person, model or simulated.</param>
/// <param name="Roles">Of annotator, operator, researcher, worker, admin.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-person")]
public sealed record NewPerson(string Name, string Kind, ImmutableArray<string> Roles);

/// <summary>A person.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.person-view")]
public sealed record PersonView
{
    /// <summary>Random id; the only one in events.</summary>
    [Id(0)] public required AnnotatorId Id { get; init; }

    /// <summary>Name.</summary>
    [Id(1)] public required string Name { get; init; }

    /// <summary>person, model or simulated.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>Roles.</summary>
    [Id(3)] public ImmutableArray<string> Roles { get; init; } = [];

    /// <summary>When added.</summary>
    [Id(4)] public DateTimeOffset Created { get; init; }

    /// <summary>Has a password.</summary>
    [Id(5)] public bool HasPassword { get; init; }
}

/// <summary>A key to add.</summary>
/// <param name="Name">For people, such as gpu-box.</param>
/// <param name="Hash">SHA-256 of the 32 random bytes, 64 hexadecimal digits.</param>
/// <param name="Roles">What it may do.</param>
/// <param name="Person">The annotator it acts for, or null (then it cannot lease or judge).</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-api-key")]
public sealed record NewApiKey(string Name, string Hash, ImmutableArray<string> Roles, AnnotatorId? Person);

/// <summary>A stored key; never the secret.</summary>
/// <param name="Id">First 12 digits of the hash.</param>
/// <param name="Name">Name.</param>
/// <param name="Hash">SHA-256.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Person">Annotator or null.</param>
/// <param name="Created">When.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.api-key-view")]
public sealed record ApiKeyView(string Id, string Name, string Hash, ImmutableArray<string> Roles, AnnotatorId? Person, DateTimeOffset Created);
