namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Names of members that a format leaves to its user, such as the fields of an Argilla dataset.</summary>
/// <param name="Names">What the format calls it → what the file calls it.</param>
internal sealed record ImportFields(IReadOnlyDictionary<string, string> Names)
{
    public string Of(string role, string absent) => Names.GetValueOrDefault(role, absent);
}
