namespace Orleans.Dpo.Grains.Jobs;

/// <summary>An input of a job: which blob is downloaded to which path.</summary>
/// <param name="Path">Relative to the attempt's folder.</param>
/// <param name="Blob">Blob name.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.job-file")]
public sealed record JobFile(string Path, string Blob, long Bytes, string Sha256);
