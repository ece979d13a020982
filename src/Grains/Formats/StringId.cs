using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.Dpo.Grains.Formats;

/// <summary>An id that is a string with a checked form.</summary>
public interface IStringId<TSelf> where TSelf : struct, IStringId<TSelf>
{
    /// <summary>The text of the id.</summary>
    string Value { get; }

    /// <summary>True when <paramref name="text"/> has the id's form.</summary>
    static abstract bool TryParse(string? text, out TSelf id);
}

/// <summary>Checks and parsing shared by the ids.</summary>
public static class StringId
{
    private static readonly SearchValues<char> s_hex = SearchValues.Create("0123456789abcdef");

    /// <summary>True for <c>prefix_</c> followed by 32 lower-case hexadecimal digits.</summary>
    public static bool IsHexId(string? text, string prefix) =>
        text is not null && text.Length == prefix.Length + 33 && text.StartsWith(prefix, StringComparison.Ordinal) && text[prefix.Length] == '_'
        && text.AsSpan(prefix.Length + 1).IndexOfAnyExcept(s_hex) < 0;

    /// <summary>Parses or throws <see cref="FormatException"/> naming the type and the text.</summary>
    public static T Parse<T>(string? text) where T : struct, IStringId<T> =>
        T.TryParse(text, out var id) ? id : throw new FormatException($"'{text}' is not a {typeof(T).Name}.");
}

/// <summary>Writes an id as a JSON string and refuses malformed ones on reading.</summary>
public sealed class StringIdConverter<T> : JsonConverter<T> where T : struct, IStringId<T>
{
    /// <inheritdoc/>
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        T.TryParse(reader.GetString(), out var id) ? id : throw new JsonException($"'{reader.GetString()}' is not a {typeof(T).Name}.");

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

    /// <inheritdoc/>
    public override T ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Read(ref reader, typeToConvert, options);

    /// <inheritdoc/>
    public override void WriteAsPropertyName(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);
}
