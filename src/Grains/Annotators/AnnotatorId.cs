using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Annotators;

/// <summary>An annotator as events know them: <c>an_</c> and 32 random hexadecimal digits; the person behind it is in people/.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.annotator-id")]
[JsonConverter(typeof(StringIdConverter<AnnotatorId>))]
public readonly record struct AnnotatorId(string Value) : IStringId<AnnotatorId>, IComparable<AnnotatorId>
{
    /// <summary>A new random id.</summary>
    public static AnnotatorId New() => new("an_" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(16)));

    /// <inheritdoc/>
    public static bool TryParse(string? text, out AnnotatorId id)
    {
        id = new(text ?? "");
        return StringId.IsHexId(text, "an");
    }

    /// <inheritdoc/>
    public int CompareTo(AnnotatorId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
