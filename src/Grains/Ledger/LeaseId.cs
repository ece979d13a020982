using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Ledger;

/// <summary>A lease: <c>le_</c> and a ULID made by the shard.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.lease-id")]
[JsonConverter(typeof(StringIdConverter<LeaseId>))]
public readonly record struct LeaseId(string Value) : IStringId<LeaseId>, IComparable<LeaseId>
{
    /// <summary>The order the two responses are shown in: one bit of the hash of the id, so that nobody chooses it.</summary>
    public ShownOrder Order => (ShownOrder)(SHA256.HashData(Encoding.ASCII.GetBytes(Value))[0] & 1);

    /// <inheritdoc/>
    public static bool TryParse(string? text, out LeaseId id)
    {
        id = new(text ?? "");
        return text is not null && text.StartsWith("le_", StringComparison.Ordinal) && Ulid.IsValid(text[3..]);
    }

    /// <inheritdoc/>
    public int CompareTo(LeaseId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
