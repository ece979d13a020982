namespace Orleans.Dpo.Grains.Datasets;

/// <summary>One move of a tag; the last one says where it is.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Version">The version it was put on; 0: taken away.</param>
/// <param name="Protected">It stays there unless an administrator overrides.</param>
public sealed record TagMove(string Tag, int Version, bool Protected = false);
