using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Reads members of the server's answers.</summary>
internal static class Answers
{
    public static string? Text(this JsonElement value, string member)
        => value.ValueKind is JsonValueKind.Object && value.TryGetProperty(member, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

    public static int Number(this JsonElement value, string member)
        => value.Member(member) is { ValueKind: JsonValueKind.Number } found ? found.GetInt32() : 0;

    public static double? Real(this JsonElement value, string member)
        => value.Member(member) is { ValueKind: JsonValueKind.Number } found ? Math.Round(found.GetDouble(), 4) : null;

    /// <summary>A member, or an undefined value where there is none.</summary>
    public static JsonElement Member(this JsonElement value, string member)
        => value.ValueKind is JsonValueKind.Object && value.TryGetProperty(member, out var found) ? found : default;

    /// <summary>The items of an array; none where there is no array.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement value) => value.ValueKind is JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>The name of a round or generation, such as r4.</summary>
    public static string Id(this JsonElement value) => value.Text("id") ?? throw new InvalidDataException($"An answer has no id: {value.GetRawText()}");

    /// <summary>The number in a name such as r4; 0 without one.</summary>
    public static int NumberInId(this JsonElement value) => int.TryParse(value.Id().AsSpan(1), out var number) ? number : 0;

    /// <summary>A prompt's text; of chat messages what they say, one a line.</summary>
    public static string PromptText(this JsonElement prompt) => prompt.ValueKind switch
    {
        JsonValueKind.String => prompt.GetString()!,
        JsonValueKind.Array => string.Join('\n', prompt.EnumerateArray().Select(message => message.Text("content") ?? "")),
        _ when prompt.Text("text") is { } text => text,
        _ when prompt.TryGetProperty("messages", out var messages) => messages.PromptText(),
        _ => throw new InvalidDataException($"A prompt is neither text nor messages: {prompt.GetRawText()}"),
    };
}
