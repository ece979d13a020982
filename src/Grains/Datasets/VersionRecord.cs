
namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What is stored of one version.</summary>
public sealed record VersionRecord
{
    /// <summary>Key of the wish.</summary>
    public required string Key { get; init; }

    /// <summary>As it stands, without tags: those move.</summary>
    public required VersionView View { get; init; }
}

/// <summary>One move of a tag; the last one says where it is.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Version">The version it was put on.</param>
public sealed record TagMove(string Tag, int Version);
