using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>A stored key; never the secret.</summary>
/// <param name="Id">First 12 digits of the hash.</param>
/// <param name="Name">Name.</param>
/// <param name="Hash">SHA-256.</param>
/// <param name="Roles">Roles.</param>
/// <param name="Person">Annotator or null.</param>
/// <param name="Created">When.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.api-key-view")]
public sealed record ApiKeyView(string Id, string Name, string Hash, ImmutableArray<string> Roles, AnnotatorId? Person, DateTimeOffset Created);
