using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.Dpo.Grains.Prompts;

/// <summary>What is answered: plain text, or a list of chat messages. Exactly one of the two is set.</summary>
[GenerateSerializer, Immutable, Alias("orleans.dpo.prompt-content")]
public sealed record PromptContent
{
    private static readonly JsonSerializerOptions s_canonical = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Plain text, or null for chat messages.</summary>
    [Id(0), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Text { get; init; }

    /// <summary>Chat messages, or null for plain text.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public ImmutableArray<ChatMessage>? Messages { get; init; }

    /// <summary>The canonical JSON that the prompt id hashes: <c>{"text":…}</c> or <c>{"messages":[{"role":…,"content":…}]}</c>.</summary>
    public string Canonical() => JsonSerializer.Serialize(this, s_canonical);
}

/// <summary>One chat message.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.chat-message")]
public sealed record ChatMessage(string Role, string Content);
