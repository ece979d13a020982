namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What a rebuild found.</summary>
/// <param name="Published">Identity of the published version.</param>
/// <param name="Rebuilt">Identity by the ledger, or why there is none.</param>
/// <param name="Same">They are equal.</param>
public sealed record RebuildReport(string Published, string Rebuilt, bool Same);
