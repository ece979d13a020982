using System.Collections.Immutable;
using Orleans.Dpo.Grains.Refusals;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>Decisions about people, links and keys.</summary>
public static class PeopleRules
{
    private static readonly ImmutableArray<string> s_roles = ["annotator", "adjudicator", "operator", "researcher", "worker", "admin"];

    /// <summary>A new person, or why not. Names differ in more than case.</summary>
    public static Outcome<PersonRecord> Add(IEnumerable<PersonRecord> people, NewPerson person, AnnotatorId id, DateTimeOffset now)
    {
        var name = person.Name.Trim();
        if (name.Length is 0 or > 200 || name.Any(char.IsControl))
        {
            return new Refusal(RefusalCodes.BadRequest, "A name has 1 to 200 characters and no control characters.");
        }

        if (person.Kind is not ("person" or "model" or "simulated"))
        {
            return new Refusal(RefusalCodes.BadRequest, $"kind is '{person.Kind}'; it must be person, model or simulated.");
        }

        if (CheckRoles(person.Roles) is { } refusal)
        {
            return refusal;
        }

        return people.Any(other => string.Equals(other.View.Name, name, StringComparison.OrdinalIgnoreCase))
            ? new Refusal(RefusalCodes.NameTaken, "Another person has this name.")
            : new PersonRecord { View = new() { Id = id, Name = name, Kind = person.Kind, Roles = person.Roles, Created = now } };
    }

    /// <summary>Null when all roles are known.</summary>
    public static Refusal? CheckRoles(ImmutableArray<string> roles) => roles.FirstOrDefault(role => !s_roles.Contains(role)) is { } unknown
        ? new(RefusalCodes.BadRequest, $"There is no role '{unknown}'; roles are {string.Join(", ", s_roles)}.")
        : null;

    /// <summary>A key to store, or why not.</summary>
    public static Outcome<ApiKeyView> AddKey(NewApiKey key, Func<AnnotatorId, bool> isPerson, DateTimeOffset now)
    {
        if (key.Hash.Length is not 64 || !key.Hash.All(char.IsAsciiHexDigitLower))
        {
            return new Refusal(RefusalCodes.BadRequest, "The key's hash is not 64 hexadecimal digits.");
        }

        if (CheckRoles(key.Roles) is { } refusal)
        {
            return refusal;
        }

        return key.Person is { } person && !isPerson(person)
            ? new Refusal(RefusalCodes.UnknownCredential, $"There is no person {person}.")
            : new ApiKeyView(key.Hash[..12], key.Name, key.Hash, key.Roles, key.Person, now);
    }

    /// <summary>The person without the links that have expired.</summary>
    public static PersonRecord Prune(PersonRecord person, DateTimeOffset now) => person with { Links = [.. person.Links.Where(link => link.Expires > now)] };
}
