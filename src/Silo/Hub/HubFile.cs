namespace Orleans.Dpo.Silo.Hub;

/// <summary>A file of a repository.</summary>
/// <param name="Path">With slashes.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Blob">Where it lies.</param>
internal sealed record HubFile(string Path, long Bytes, string Sha256, string Blob);
