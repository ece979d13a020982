namespace Orleans.Dpo.Grains.Policies;

/// <summary>A registered policy.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-view")]
public sealed record PolicyView
{
    /// <summary>What was registered.</summary>
    [Id(0)] public required NewPolicy Policy { get; init; }

    /// <summary>When.</summary>
    [Id(1)] public required DateTimeOffset Created { get; init; }

    /// <summary>It writes the next pairs.</summary>
    [Id(2)] public bool IsActive { get; init; }

    /// <summary>π0 of the project.</summary>
    [Id(3)] public bool IsStart { get; init; }
}
