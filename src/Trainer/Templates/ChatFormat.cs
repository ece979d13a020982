using Orleans.Dpo.Trainer.Tokenization;

namespace Orleans.Dpo.Trainer.Templates;

/// <summary>How conversations of a model are spelled: prompts by its template, answers as ids of their own behind the prompt's.</summary>
/// <remarks>
/// What stands around an answer is learned by rendering one: white space that the template puts before it, whether the answer is trimmed, and what ends the turn. The text of an
/// answer is never cut out of a rendered conversation, because templates treat their last turn otherwise (Qwen3 puts a thinking block there that the prompt does not have).
/// </remarks>
internal sealed class ChatFormat
{
    private const string Core = "\u2062answer\u2062";
    private readonly ChatTemplate _template;

    private ChatFormat(ChatTemplate template) => _template = template;

    /// <summary>White space between the prompt and an answer, part of the answer's ids.</summary>
    public string Lead { get; private init; } = "";

    public bool TrimsStart { get; private init; }

    public bool TrimsEnd { get; private init; }

    /// <summary>Ids behind an answer, up to the special token that ends the turn; empty when the template names none and the tokenizer's end token is taken.</summary>
    public IReadOnlyList<int> Ending { get; private init; } = [];

    /// <returns>The format, or null when the folder has no template.</returns>
    /// <exception cref="InvalidDataException">The template cannot be done here.</exception>
    public static ChatFormat? Find(string folder, TextTokenizer tokenizer)
    {
        if (ChatTemplate.Find(folder) is not { } template)
        {
            return null;
        }

        TemplateMap user = new() { ["role"] = "user", ["content"] = "question" };
        TemplateMap assistant = new() { ["role"] = "assistant", ["content"] = $"\t{Core}\t" };
        var prompt = template.Render([user], true, []);
        var whole = template.Render([user, assistant], false, []);
        var at = whole.IndexOf(Core, StringComparison.Ordinal);
        if (at < 0)
        {
            throw new InvalidDataException($"The chat template in {folder} does not write the content of an assistant's message.");
        }

        var before = whole[..at];
        var after = whole[(at + Core.Length)..];
        var between = before.StartsWith(prompt, StringComparison.Ordinal) ? before[prompt.Length..] : "";
        var (trimsStart, trimsEnd) = (!before.EndsWith('\t'), !after.StartsWith('\t'));
        // A thinking block before the answer is not white space and no part of an answer.
        var lead = trimsStart ? between : between.Length > 0 ? between[..^1] : "";
        return new ChatFormat(template)
        {
            Lead = string.IsNullOrWhiteSpace(lead) ? lead : "",
            TrimsStart = trimsStart,
            TrimsEnd = trimsEnd,
            Ending = UpToSpecial(tokenizer, tokenizer.Encode(trimsEnd ? after : after[1..])),
        };
    }

    /// <summary>The text of a conversation that the assistant is to go on with.</summary>
    public string Prompt(IEnumerable<object?> messages, IEnumerable<KeyValuePair<string, object?>> more) => _template.Render(messages, true, more);

    public string Answer(string content)
    {
        content = TrimsStart ? content.TrimStart() : content;
        return Lead + (TrimsEnd ? content.TrimEnd() : content);
    }

    private static int[] UpToSpecial(TextTokenizer tokenizer, int[] ids)
    {
        var special = Array.FindIndex(ids, tokenizer.IsSpecial);
        return special < 0 ? [] : ids[..(special + 1)];
    }
}
