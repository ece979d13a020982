using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Members of one foreign row, with errors that name the line and the member.</summary>
internal sealed class RowReader(JsonElement row, int line)
{
    public ImportRowException Refuse(string field, string what) => new(line, field, what);

    public bool Has(string name) => row.ValueKind is JsonValueKind.Object && row.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null;

    /// <summary>A member that is there and not null.</summary>
    public JsonElement Member(string name) => row.ValueKind is not JsonValueKind.Object ? throw Refuse("", "each row must be an object.")
        : Has(name) ? row.GetProperty(name) : throw Refuse(name, $"{name} is missing.");

    public string Text(string name) => Member(name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text
        ? text : throw Refuse(name, $"{name} must be a text that is not empty.");

    public string? OptionalText(string name) => Has(name) ? Member(name) switch
    {
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        { ValueKind: JsonValueKind.Number } value => value.GetRawText(),
        _ => throw Refuse(name, $"{name} must be a text."),
    }
    : null;

    public double Number(string name) => Member(name) is { ValueKind: JsonValueKind.Number } value ? value.GetDouble() : throw Refuse(name, $"{name} must be a number.");

    public int Whole(string name) => Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) && number == Math.Truncate(number) && Math.Abs(number) <= int.MaxValue
        ? (int)number : throw Refuse(name, $"{name} must be a whole number.");

    public ImmutableArray<JsonElement> Items(string name) => Member(name) is { ValueKind: JsonValueKind.Array } value
        ? [.. value.EnumerateArray()] : throw Refuse(name, $"{name} must be an array.");

    /// <summary>The members of an object within this row.</summary>
    public RowReader Within(JsonElement inner) => new(inner, line);

    /// <summary>Unix seconds, Unix milliseconds, or ISO 8601; null where there is none.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (!Has(name))
        {
            return null;
        }

        var value = Member(name);
        if (value.ValueKind is JsonValueKind.Number && value.TryGetDouble(out var number) && number is > 0 and < 4e12)
        {
            return DateTimeOffset.FromUnixTimeMilliseconds((long)(number > 1e11 ? number : number * 1000));
        }

        return value.ValueKind is JsonValueKind.String && DateTimeOffset.TryParse(value.GetString(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time : throw Refuse(name, $"{name} must be a time: ISO 8601, or seconds since 1970.");
    }

    /// <summary>A prompt: text, or messages that end with the user's turn.</summary>
    public PromptContent Prompt(string name) => PromptContent.FromJson(Member(name), out var fault) ?? throw Refuse(name, fault!.Replace("prompt", name, StringComparison.Ordinal) + ".");

    /// <summary>A whole conversation as messages. A content in parts, as newer arena logs have it, must be text alone.</summary>
    public ImmutableArray<ChatMessage> Conversation(string name)
    {
        var value = Member(name);
        if (value.ValueKind is JsonValueKind.Array && value.EnumerateArray().Any(turn => turn.ValueKind is JsonValueKind.Object && turn.TryGetProperty("content", out var parts) && parts.ValueKind is JsonValueKind.Array))
        {
            return [.. value.EnumerateArray().Select(turn => new ChatMessage(Within(turn).Text("role"), Parts(name, Within(turn).Member("content"))))];
        }

        return PromptContent.FromJson(value, out var fault) is { Messages: { } messages } ? messages : throw Refuse(name, (fault ?? $"{name} must be messages") + ".");
    }

    private string Parts(string name, JsonElement content) => content.ValueKind is JsonValueKind.String ? content.GetString()!
        : content.ValueKind is not JsonValueKind.Array ? throw Refuse(name, $"{name} has a content that is neither text nor parts.") : string.Concat(content.EnumerateArray().Select(part =>
        Within(part).OptionalText("type") is "text" ? Within(part).Text("text") : throw Refuse(name, $"{name} has a part that is not text.")));

    /// <summary>An answer: text, or one assistant message.</summary>
    public string Answer(string name)
    {
        if (Member(name).ValueKind is JsonValueKind.String)
        {
            return Text(name);
        }

        return Conversation(name) is [{ Role: "assistant", Content.Length: > 0 } only] ? only.Content : throw Refuse(name, $"{name} must be a text, or one assistant message that is not empty.");
    }
}
