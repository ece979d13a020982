using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Grains.Pairs;

/// <summary>A response: <c>re_</c> and 32 hexadecimal digits over its prompt, its source and its text.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.response-id")]
[JsonConverter(typeof(StringIdConverter<ResponseId>))]
public readonly record struct ResponseId(string Value) : IStringId<ResponseId>, IComparable<ResponseId>
{
    /// <summary>The id of a text that <paramref name="source"/> wrote for <paramref name="prompt"/>.</summary>
    /// <param name="prompt">The prompt it answers.</param>
    /// <param name="source">Policy name or the name of an outside source; has no line feed.</param>
    /// <param name="text">The response text.</param>
    public static ResponseId Of(PromptId prompt, string source, string text) => new(ContentHash.Id("re", "response/1", prompt.Value, source, text));

    /// <inheritdoc/>
    public static bool TryParse(string? text, out ResponseId id)
    {
        id = new(text ?? "");
        return StringId.IsHexId(text, "re");
    }

    /// <inheritdoc/>
    public int CompareTo(ResponseId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
