using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

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
