namespace Orleans.Dpo.Grains.Prompts;

/// <summary>One chat message.</summary>
/// <param name="Role">system, user or assistant.</param>
/// <param name="Content">The text.</param>
[GenerateSerializer, Immutable, Alias("orleans.dpo.chat-message")]
public sealed record ChatMessage(string Role, string Content);
