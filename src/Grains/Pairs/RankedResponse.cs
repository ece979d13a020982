using Orleans.Dpo.Grains.Storage;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>One response of a pair or a ranking: which, where its row lies, who wrote it.</summary>
/// <param name="Id">The response.</param>
/// <param name="At">Where its row lies.</param>
/// <param name="Source">A policy (<c>p3</c>) or the name of an outside source.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.ranked-response")]
public sealed record RankedResponse(ResponseId Id, BlobSlice At, string Source);
