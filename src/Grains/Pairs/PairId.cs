using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>A pair: <c>pa_</c> and 32 hexadecimal digits over its prompt and its two responses in canonical order.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.pair-id")]
[JsonConverter(typeof(StringIdConverter<PairId>))]
public readonly record struct PairId(string Value) : IStringId<PairId>, IComparable<PairId>
{
    /// <summary>The id of two responses to one prompt. The order of the arguments does not matter: A is the smaller id.</summary>
    public static PairId Of(PromptId prompt, ResponseId one, ResponseId other)
    {
        var (a, b) = one.CompareTo(other) <= 0 ? (one, other) : (other, one);
        return new(ContentHash.Id("pa", "pair/1", prompt.Value, a.Value, b.Value));
    }

    /// <inheritdoc/>
    public static bool TryParse(string? text, out PairId id)
    {
        id = new(text ?? "");
        return StringId.IsHexId(text, "pa");
    }

    /// <inheritdoc/>
    public int CompareTo(PairId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
