namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A wish for a tag.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Version">The version to put it on.</param>
/// <param name="Protect">Whether it is protected from then on; null: as it is, and a new tag is not.</param>
/// <param name="Override">Moves a protected tag all the same, or ends its protection.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.tag-change")]
public sealed record TagChange(string Tag, int Version, bool? Protect = null, bool Override = false);
