namespace Orleans.Dpo.Grains.Policies;

/// <summary>A file of a policy.</summary>
/// <param name="Name">Such as model.safetensors.</param>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">64 hexadecimal digits.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.policy-file")]
public sealed record PolicyFile(string Name, long Bytes, string Sha256);
