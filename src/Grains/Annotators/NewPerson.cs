using System.Collections.Immutable;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>A person to add.</summary>
/// <param name="Name">Unique, for sign-in and pages; personal data.</param>
/// <param name="Kind">person, model or simulated.</param>
/// <param name="Roles">Of annotator, operator, researcher, worker, admin.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.new-person")]
public sealed record NewPerson(string Name, string Kind, ImmutableArray<string> Roles);
