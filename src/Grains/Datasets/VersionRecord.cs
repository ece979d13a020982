namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What is stored of one version.</summary>
public sealed record VersionRecord
{
    /// <summary>Key of the wish.</summary>
    public required string Key { get; init; }

    /// <summary>As it stands, without tags: those move.</summary>
    public required VersionView View { get; init; }
}
