namespace Orleans.Dpo.Grains.Datasets;

/// <summary>A file of a version.</summary>
/// <param name="Path">Logical path, such as data/dpo/train-3f.jsonl.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Blob">Where its bytes are.</param>
public sealed record VersionFile(string Path, long Bytes, string Sha256, string Blob);
