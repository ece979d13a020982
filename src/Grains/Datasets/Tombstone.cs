namespace Orleans.Dpo.Grains.Datasets;

/// <summary>What stays of a deleted version besides its number and identity.</summary>
/// <param name="Reason">Why, in the words of who deleted it.</param>
/// <param name="Time">When.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.tombstone")]
public sealed record Tombstone(string Reason, DateTimeOffset Time);
