using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Orleans.Dpo.Grains.Formats;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>What is answered: plain text, or a list of chat messages. Exactly one of the two is set.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-content")]
public sealed record PromptContent
{
    /// <summary>Plain text, or null for chat messages.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Text { get; init; }

    /// <summary>Chat messages, or null for plain text.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ImmutableArray<ChatMessage>? Messages { get; init; }

    /// <summary>The canonical JSON that the prompt id hashes: <c>{"text":…}</c> or <c>{"messages":[{"content":…,"role":…}]}</c>, keys in ordinal order.</summary>
    public string Canonical() => CanonicalJson.Write(new JsonObject { [Text is null ? "messages" : "text"] = ToJson() });

    /// <summary>The value of a row's <c>prompt</c> member: a string, or an array of <c>{role, content}</c>.</summary>
    public JsonNode? ToJson() => Text is not null
        ? JsonValue.Create(Text)
        : new JsonArray([.. (Messages ?? []).Select(message => new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]);

    /// <summary>Reads a row's <c>prompt</c> member; null and a sentence that says what is wrong when it is neither text nor messages.</summary>
    public static PromptContent? FromJson(JsonElement value, out string? fault)
    {
        fault = null;
        if (value.ValueKind is JsonValueKind.String && value.GetString() is { Length: > 0 } text)
        {
            return new() { Text = text };
        }

        if (value.ValueKind is not JsonValueKind.Array || value.GetArrayLength() is 0)
        {
            fault = "prompt must be a text that is not empty, or an array of at least one message";
            return null;
        }

        var messages = ImmutableArray.CreateBuilder<ChatMessage>(value.GetArrayLength());
        foreach (var item in value.EnumerateArray())
        {
            if (item.ValueKind is not JsonValueKind.Object
                || !item.TryGetProperty("role", out var role) || role.ValueKind is not JsonValueKind.String || role.GetString() is not ("system" or "user" or "assistant")
                || !item.TryGetProperty("content", out var content) || content.ValueKind is not JsonValueKind.String)
            {
                fault = "each message of prompt must be {role: system, user or assistant; content: text}";
                return null;
            }

            messages.Add(new(role.GetString()!, content.GetString()!));
        }

        return new() { Messages = messages.MoveToImmutable() };
    }
}
