namespace Orleans.Dpo.Grains.Policies;

/// <summary>What is stored of one policy name.</summary>
public sealed record PolicyRecord
{
    /// <summary>Key it was reserved with.</summary>
    public required string Key { get; init; }

    /// <summary>What was registered; null while the name is only reserved.</summary>
    public NewPolicy? Policy { get; init; }

    /// <summary>When it was registered.</summary>
    public DateTimeOffset Created { get; init; }
}
