using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>A key to add.</summary>
/// <param name="Name">For people, such as gpu-box.</param>
/// <param name="Hash">SHA-256 of the 32 random bytes, 64 hexadecimal digits.</param>
/// <param name="Roles">What it may do.</param>
/// <param name="Person">The annotator it acts for, or null (then it cannot lease or judge).</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-api-key")]
public sealed record NewApiKey(string Name, string Hash, ImmutableArray<string> Roles, AnnotatorId? Person);
