using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>One person as stored in <c>people/{id}.json</c>: the only place of personal data. Secrets are hashes.</summary>
public sealed record PersonRecord
{
    /// <summary>As pages and the API see it.</summary>
    public required PersonView View { get; init; }

    /// <summary>Hash by the framework's hasher, or null.</summary>
    public string? PasswordHash { get; init; }

    /// <summary>Open one-time links.</summary>
    public ImmutableArray<SignInLink> Links { get; init; } = [];
}
