using System.Collections.Immutable;
using Orleans.Dpo.Grains.Prompts;

namespace Orleans.Dpo.Silo.Imports.Formats;

/// <summary>HH-RLHF: two transcripts of <c>⏎⏎Human: </c> and <c>⏎⏎Assistant: </c> turns that differ in the last answer.</summary>
internal sealed class HhRlhfFormat : IPreferenceFormat
{
    private const string Human = "\n\nHuman:";
    private const string Assistant = "\n\nAssistant:";

    public string Name => "hh-rlhf";

    public ImportedRow Read(RowReader row, ImportFields fields)
    {
        var (prompt, chosen, rejected) = Conversations.Split(row, ("chosen", Turns(row, "chosen")), ("rejected", Turns(row, "rejected")));
        return new(prompt, new(chosen, "import"), new(rejected, "import"), [new("dataset", ImportedSide.First)]);
    }

    private static ImmutableArray<ChatMessage> Turns(RowReader row, string name)
    {
        var text = row.Text(name);
        if (!text.StartsWith(Human, StringComparison.Ordinal))
        {
            throw row.Refuse(name, $"{name} must begin with two line feeds and 'Human:'.");
        }

        var turns = ImmutableArray.CreateBuilder<ChatMessage>();
        for (var at = 0; at < text.Length;)
        {
            var isHuman = text.AsSpan(at).StartsWith(Human, StringComparison.Ordinal);
            var begin = at + (isHuman ? Human.Length : Assistant.Length);
            at = Next(text, begin);
            turns.Add(new(isHuman ? "user" : "assistant", text[begin..at].Trim(' ', '\n')));
        }

        return turns.ToImmutable();
    }

    private static int Next(string text, int from)
    {
        int[] found = [text.IndexOf(Human, from, StringComparison.Ordinal), text.IndexOf(Assistant, from, StringComparison.Ordinal)];
        return found.Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
    }
}
