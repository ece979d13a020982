using System.Text.Json;

namespace Orleans.Dpo.Samples.FilmReviews.Client;

/// <summary>Reads members of the server's answers.</summary>
internal static class Answers
{
    public static string? Text(this JsonElement value, string member)
        => value.ValueKind is JsonValueKind.Object && value.TryGetProperty(member, out var found) && found.ValueKind is JsonValueKind.String ? found.GetString() : null;

    public static int Number(this JsonElement value, string member)
        => value.TryGetProperty(member, out var found) && found.ValueKind is JsonValueKind.Number ? found.GetInt32() : 0;

    /// <summary>The name of a round or generation, such as r4.</summary>
    public static string Id(this JsonElement value) => value.Text("id") ?? throw new InvalidDataException($"An answer has no id: {value.GetRawText()}");

    /// <summary>A prompt's text; chat messages are not part of this demo.</summary>
    public static string PromptText(this JsonElement prompt)
        => prompt.ValueKind is JsonValueKind.String ? prompt.GetString()! : prompt.Text("text")
            ?? throw new InvalidDataException("A prompt is no plain text: the project is not one of film reviews.");
}
