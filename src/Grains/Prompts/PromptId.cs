using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>A prompt: <c>pr_</c> and 32 hexadecimal digits of its content hash.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-id")]
[JsonConverter(typeof(StringIdConverter<PromptId>))]
public readonly record struct PromptId(string Value) : IStringId<PromptId>, IComparable<PromptId>
{
    /// <summary>The id of a prompt: plain text, or chat messages as canonical JSON. The two never collide.</summary>
    public static PromptId Of(PromptContent content) => new(ContentHash.Id("pr", "prompt/1", content.Canonical()));

    /// <inheritdoc/>
    public static bool TryParse(string? text, out PromptId id)
    {
        id = new(text ?? "");
        return StringId.IsHexId(text, "pr");
    }

    /// <inheritdoc/>
    public int CompareTo(PromptId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;
}
