namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A pair with its judgments and texts.</summary>
/// <param name="Source">Pair and judgments.</param>
/// <param name="Texts">Its texts.</param>
public sealed record SourceRow(SourcePair Source, PairTexts Texts);
