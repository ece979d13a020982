namespace Orleans.Dpo.Grains.Policies;

/// <summary>One activation; the last one says which policy is active, the first one which is π0.</summary>
public sealed record PolicyActivation
{
    /// <summary>The policy.</summary>
    public required string Policy { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset Time { get; init; }
}
