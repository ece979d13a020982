using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>What is said of a prompt beside its text: its language and tags. Not part of its id; as the first import gave them, for ever.</summary>
/// <param name="Lang">A language tag of BCP 47 such as <c>de</c> or <c>pt-BR</c>, or null.</param>
/// <param name="Tags">Tags in ordinal order, each once; maybe none.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-labels")]
public sealed record PromptLabels([property: Id(0)] string? Lang, [property: Id(1)] ImmutableArray<string> Tags)
{
    /// <summary>Most tags of a prompt.</summary>
    public const int MostTags = 20;

    /// <summary>Longest tag in characters.</summary>
    public const int LongestTag = 60;

    private const int LongestLang = 35;

    /// <summary>Reads <c>lang</c> and <c>tags</c> of a row; null when it has neither.</summary>
    /// <param name="row">The row, an object.</param>
    /// <param name="fault">The member at fault and what is wrong, or null.</param>
    public static PromptLabels? FromJson(JsonElement row, out (string Field, string Message)? fault)
    {
        fault = null;
        string? lang = null;
        if (row.TryGetProperty("lang", out var given) && given.ValueKind is not JsonValueKind.Null)
        {
            lang = given.ValueKind is JsonValueKind.String ? given.GetString() : null;
            if (lang is null || !IsLang(lang))
            {
                fault = ("lang", "lang is a language tag such as de or pt-BR (BCP 47)");
                return null;
            }
        }

        ImmutableArray<string> tags = [];
        if (row.TryGetProperty("tags", out var list) && list.ValueKind is not JsonValueKind.Null)
        {
            if (list.ValueKind is not JsonValueKind.Array || list.GetArrayLength() > MostTags
                || list.EnumerateArray().Any(tag => tag.ValueKind is not JsonValueKind.String || !IsTag(tag.GetString()!)))
            {
                fault = ("tags", $"tags is an array of at most {MostTags} texts of 1 to {LongestTag} characters without control characters");
                return null;
            }

            tags = [.. list.EnumerateArray().Select(tag => tag.GetString()!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        }

        return lang is null && tags.IsEmpty ? null : new(lang, tags);
    }

    /// <summary>True when the language lies in a range by the basic filtering of RFC 4647: <c>de</c> fits <c>de</c> and <c>de-AT</c>, upper and lower case are the same, <c>*</c> fits any.</summary>
    public bool IsIn(string range) =>
        Lang is not null && (range is "*" || (Lang.StartsWith(range, StringComparison.OrdinalIgnoreCase) && (Lang.Length == range.Length || Lang[range.Length] is '-')));

    /// <summary>True when it carries the tag.</summary>
    public bool Has(string tag) => Tags.BinarySearch(tag, StringComparer.Ordinal) >= 0;

    /// <summary>Adds the members to a row; none for what there is not.</summary>
    public void AddTo(JsonObject row)
    {
        if (Lang is not null)
        {
            row["lang"] = Lang;
        }

        if (!Tags.IsEmpty)
        {
            row["tags"] = new JsonArray([.. Tags.Select(tag => JsonValue.Create(tag))]);
        }
    }

    /// <summary>True when both say the same.</summary>
    public bool Equals(PromptLabels? other) => other is not null && Lang == other.Lang && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan());

    /// <inheritdoc/>
    public override int GetHashCode() => Tags.Aggregate(HashCode.Combine(Lang), HashCode.Combine);

    /// <summary>Well-formed in shape: subtags of 1 to 8 letters and digits, the first of letters.</summary>
    public static bool IsLang(string text)
    {
        var parts = text.Split('-');
        return text.Length <= LongestLang && parts.All(part => part.Length is >= 1 and <= 8 && part.All(char.IsAsciiLetterOrDigit))
            && parts[0].All(char.IsAsciiLetter) && (parts[0].Length >= 2 || (parts.Length > 1 && parts[0] is "x" or "X" or "i" or "I"));
    }

    /// <summary>A text that may be a tag.</summary>
    public static bool IsTag(string text) => text.Length is >= 1 and <= LongestTag && !text.Any(char.IsControl) && text.Trim().Length == text.Length;
}
