namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A position of one shard.</summary>
/// <param name="Shard">A number, or <c>_project</c>.</param>
/// <param name="Seq">Last event that belongs to the version.</param>
/// <param name="Head">Its hash.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.recipe-position")]
public sealed record RecipePosition(string Shard, long Seq, string Head);
