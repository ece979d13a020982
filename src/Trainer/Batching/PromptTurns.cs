using System.Text.Json;
using Orleans.Dpo.Trainer.Templates;

namespace Orleans.Dpo.Trainer.Batching;

/// <summary>A row's prompt as ids, and how the answers behind it are spelled. Prompt and answer are tokenised apart.</summary>
/// <remarks>
/// Plain text stays as it is. A list of messages is rendered by the model's chat template up to where the assistant's answer begins. Without a template a list with a single user
/// message reads as its content, and anything more is refused in words.
/// </remarks>
internal sealed class PromptTurns
{
    private readonly JsonRow _row;
    private readonly SequenceEncoder _encoder;
    private readonly ChatFormat? _chat;

    private PromptTurns(JsonRow row, SequenceEncoder encoder, ChatFormat? chat, string text)
    {
        (_row, _encoder, _chat, Text) = (row, encoder, chat, text);
        Ids = chat is null ? encoder.Prompt(text) : encoder.ChatPrompt(text);
    }

    /// <summary>The prompt as the model reads it.</summary>
    public string Text { get; }

    public int[] Ids { get; }

    public static PromptTurns Read(JsonRow row, string field, SequenceEncoder encoder)
    {
        var value = row.Value(field);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return new PromptTurns(row, encoder, null, value.GetString()!);
            case JsonValueKind.Array when encoder.Chat is { } chat:
                return new PromptTurns(row, encoder, chat, Rendered(row, field, value, chat));
            case JsonValueKind.Array when value.GetArrayLength() == 1 && IsOf(value[0], "user"):
                return new PromptTurns(row, encoder, null, row.Content(field, value[0], "user"));
            case JsonValueKind.Array when value.GetArrayLength() == 1:
                _ = row.Content(field, value[0], "user");
                throw row.Refuse(field, "a user message is expected");
            case JsonValueKind.Array:
                throw row.Refuse(field, $"it has {value.GetArrayLength()} messages, and a conversation of several turns needs a chat template: {encoder.NoChat}. Give a single user message or plain text");
            default:
                throw row.Refuse(field, "a string or a list of messages is expected");
        }
    }

    /// <summary>An answer behind the prompt: plain text, or a list with one assistant message.</summary>
    /// <returns>Its ids with the end of the turn, which is trained.</returns>
    public int[] Answer(string field) => Answer(field, _row.Value(field));

    /// <summary>The prompt with one answer behind it.</summary>
    public TokenRow With(string field) => new([.. Ids, .. Answer(field)], Ids.Length);

    /// <summary>The prompt with each answer of a list of at least two behind it.</summary>
    public TokenRow[] WithEach(string field) => _row.Value(field) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() >= 2
        ? [.. list.EnumerateArray().Select(value => new TokenRow([.. Ids, .. Answer(field, value)], Ids.Length))]
        : throw _row.Refuse(field, "a list of at least two answers is expected, the best first");

    private int[] Answer(string field, JsonElement value)
    {
        var content = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Array when value.GetArrayLength() == 1 => _row.Content(field, value[0], "assistant"),
            JsonValueKind.Array => throw _row.Refuse(field, $"it has {value.GetArrayLength()} messages; an answer is one assistant message, earlier turns belong to the prompt"),
            _ => throw _row.Refuse(field, "a string or a list of messages is expected"),
        };
        return (_chat is null ? _encoder.Response(content) : _encoder.ChatResponse(_chat, content))
            ?? throw _row.Refuse(field, "an end token stands inside the answer; remove it from the text");
    }

    private static string Rendered(JsonRow row, string field, JsonElement messages, ChatFormat chat)
    {
        if (messages.GetArrayLength() == 0)
        {
            throw row.Refuse(field, "the list of messages is empty");
        }

        foreach (var message in messages.EnumerateArray())
        {
            if (message.ValueKind is not JsonValueKind.Object || !message.TryGetProperty("role", out var role) || role.ValueKind is not JsonValueKind.String
                || !message.TryGetProperty("content", out var content) || content.ValueKind is not (JsonValueKind.String or JsonValueKind.Array or JsonValueKind.Null))
            {
                throw row.Refuse(field, "a message needs a role and a content, both text");
            }
        }

        if (IsOf(messages[messages.GetArrayLength() - 1], "assistant"))
        {
            throw row.Refuse(field, "its last message is the assistant's; a prompt ends where the assistant is to answer");
        }

        try
        {
            var more = row.Has("chat_template_kwargs") && JsonValues.Of(row.Value("chat_template_kwargs")) is TemplateMap map ? map : [];
            return chat.Prompt(messages.EnumerateArray().Select(JsonValues.Of), more);
        }
        catch (InvalidDataException refusal)
        {
            throw row.Refuse(field, refusal.Message.TrimEnd('.'));
        }
    }

    private static bool IsOf(JsonElement message, string role) =>
        message.ValueKind is JsonValueKind.Object && message.TryGetProperty("role", out var given) && given.ValueKind is JsonValueKind.String && given.ValueEquals(role);
}
