namespace Orleans.Dpo.Grains.Storage;

/// <summary>Where a row lies: a blob, the offset of its first byte and its length without the line feed.</summary>
/// <param name="Blob">Blob name.</param>
/// <param name="Offset">Bytes from the start.</param>
/// <param name="Length">Bytes.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.blob-slice")]
public sealed record BlobSlice(string Blob, long Offset, int Length);
