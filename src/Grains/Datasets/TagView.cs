namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A tag.</summary>
/// <param name="Tag">Its name.</param>
/// <param name="Version">The version it is on.</param>
/// <param name="IsProtected">It stays there, and so does the version.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.tag-view")]
public sealed record TagView(string Tag, int Version, bool IsProtected);
