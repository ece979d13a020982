using System.Collections.Immutable;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>Takes two whole conversations apart: what they share is the prompt, each ends with one answer of its own.</summary>
internal static class Conversations
{
    public static (PromptContent Prompt, string First, string Second) Split(RowReader row, (string Name, ImmutableArray<ChatMessage> Turns) one, (string Name, ImmutableArray<ChatMessage> Turns) other)
    {
        foreach (var (name, turns) in new[] { one, other })
        {
            if (turns is not [_, .., { Role: "assistant" }])
            {
                throw row.Refuse(name, $"{name} must have a question and end with an answer.");
            }

            if (string.IsNullOrWhiteSpace(turns[^1].Content))
            {
                throw row.Refuse(name, $"the last answer of {name} is empty.");
            }
        }

        return one.Turns[..^1].SequenceEqual(other.Turns[..^1])
            ? (new() { Messages = one.Turns[..^1] }, one.Turns[^1].Content, other.Turns[^1].Content)
            : throw row.Refuse(other.Name, $"{one.Name} and {other.Name} differ before their last answers, so they do not answer the same prompt.");
    }
}
