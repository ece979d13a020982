using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>
/// A pair: <c>pa_</c> and 32 hexadecimal digits over its prompt and its two responses in canonical order. Or a ranking of two to eight responses: <c>rk_</c> and as many digits; it
/// is leased and judged by the same rules.
/// </summary>
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

    /// <summary>It is a ranking, not a pair.</summary>
    public bool IsRanking => Value.StartsWith("rk_", StringComparison.Ordinal);

    /// <summary>The id of a ranking. The order of the responses does not matter.</summary>
    public static PairId OfRanking(PromptId prompt, IEnumerable<ResponseId> responses) =>
        new(ContentHash.Id("rk", ["ranking/1", prompt.Value, .. responses.Order().Select(response => response.Value)]));

    /// <inheritdoc/>
    public static bool TryParse(string? text, out PairId id)
    {
        id = new(text ?? "");
        return StringId.IsHexId(text, "pa") || StringId.IsHexId(text, "rk");
    }

    /// <inheritdoc/>
    public int CompareTo(PairId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
