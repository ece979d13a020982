using System.Text.Json;
using Orleans.Dpo.Grains.Formats;
using Orleans.Dpo.Trainer.Failures;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>One line of a JSON lines file, with errors that name file, line and field.</summary>
internal sealed class JsonRow(string file, int line, JsonElement root)
{
    public int Line => line;

    public static IEnumerable<JsonRow> ReadAll(string file)
    {
        if (!File.Exists(file))
        {
            throw TrainerException.BadInput($"{file} does not exist.");
        }

        var line = 0;
        foreach (var text in File.ReadLines(file))
        {
            line++;
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            yield return new JsonRow(file, line, Parse(file, line, text));
        }
    }

    public TrainerException Refuse(string field, string what) => TrainerException.BadInput($"{file}, line {line}, field {field}: {what}.");

    public bool Has(string field) => root.TryGetProperty(field, out var value) && value.ValueKind != JsonValueKind.Null;

    public string Text(string field) => Element(field) is { ValueKind: JsonValueKind.String } value
        ? value.GetString()!
        : throw Refuse(field, "text is expected; write a JSON string");

    public string? OptionalText(string field) => Has(field) ? Text(field) : null;

    /// <summary>The prompt of a row, as text or as a conversation; its answers follow its form.</summary>
    public PromptTurns Prompt(SequenceEncoder encoder, string field = "prompt") => PromptTurns.Read(this, field, encoder);

    /// <summary>A finite number in a range, which a row must have.</summary>
    public double Number(string field, Func<double, bool> inRange, string range) => Element(field) is { ValueKind: JsonValueKind.Number } value
        && value.TryGetDouble(out var number) && double.IsFinite(number) && inRange(number)
            ? number
            : throw Refuse(field, $"a number {range} is expected; correct it or leave the row out");

    public bool Flag(string field) => Element(field) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value
        ? value.GetBoolean()
        : throw Refuse(field, "true or false is expected");

    /// <summary>A member as it stands.</summary>
    public JsonElement Value(string field) => Element(field);

    /// <summary>The content of a message of one role; the content is plain text.</summary>
    public string Content(string field, JsonElement message, string role)
    {
        if (message.ValueKind != JsonValueKind.Object
            || !message.TryGetProperty("role", out var given) || !message.TryGetProperty("content", out var content) || content.ValueKind != JsonValueKind.String)
        {
            throw Refuse(field, "a message needs a role and a content, both text");
        }

        return given.ValueKind == JsonValueKind.String && given.ValueEquals(role)
            ? content.GetString()!
            : throw Refuse(field, $"its message has role {given}, expected is {role}");
    }

    private JsonElement Element(string field) => root.TryGetProperty(field, out var value)
        ? value
        : throw Refuse(field, $"it is missing; the line has {string.Join(", ", root.EnumerateObject().Select(member => member.Name))}");

    private static JsonElement Parse(string file, int line, string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return !JsonText.IsWhole(document.RootElement) ? throw TrainerException.BadInput($"{file}, line {line}: {JsonText.Fault}")
                : document.RootElement.ValueKind == JsonValueKind.Object ? document.RootElement.Clone()
                : throw TrainerException.BadInput($"{file}, line {line}: a JSON object is expected, one a line.");
        }
        catch (JsonException error)
        {
            throw TrainerException.BadInput($"{file}, line {line}: this is not JSON ({error.Message}).");
        }
    }
}
