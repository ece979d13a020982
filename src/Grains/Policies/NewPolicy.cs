using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Policies;

/// <summary>A policy to register.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-policy")]
public sealed record NewPolicy
{
    /// <summary>Reserved name.</summary>
    [Id(0)] public required string Id { get; init; }

    /// <summary>Policy hash (docs/formats/policies.md).</summary>
    [Id(1)] public required string Hash { get; init; }

    /// <summary>upload, round or push (a foreign trainer's).</summary>
    [Id(2)] public required string Origin { get; init; }

    /// <summary>Policy it was trained from, or null.</summary>
    [Id(3)] public string? Parent { get; init; }

    /// <summary>Round that made it, or null.</summary>
    [Id(4)] public string? Round { get; init; }

    /// <summary>Dataset version it was trained on, or null.</summary>
    [Id(5)] public int? Version { get; init; }

    /// <summary>Its files.</summary>
    [Id(6)] public ImmutableArray<PolicyFile> Files { get; init; } = [];
}
