using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Projects;

/// <summary>A project: a slug of 1 to 63 lower-case letters, digits and hyphens that begins with a letter or digit.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.project-id")]
[JsonConverter(typeof(StringIdConverter<ProjectId>))]
public readonly record struct ProjectId(string Value) : IStringId<ProjectId>, IComparable<ProjectId>
{
    /// <inheritdoc/>
    public static bool TryParse(string? text, out ProjectId id)
    {
        id = new(text ?? "");
        return text is { Length: > 0 and <= 63 } && text[0] != '-' && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
    }

    /// <inheritdoc/>
    public int CompareTo(ProjectId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
