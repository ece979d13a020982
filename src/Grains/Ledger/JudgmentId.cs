using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A judgment: a ULID (26 Crockford base-32 characters, upper case) made by the client, so a retry carries the same one.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.judgment-id")]
[JsonConverter(typeof(StringIdConverter<JudgmentId>))]
public readonly record struct JudgmentId(string Value) : IStringId<JudgmentId>, IComparable<JudgmentId>
{
    /// <inheritdoc/>
    public static bool TryParse(string? text, out JudgmentId id)
    {
        id = new(text ?? "");
        return Ulid.IsValid(text);
    }

    /// <inheritdoc/>
    public int CompareTo(JudgmentId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
